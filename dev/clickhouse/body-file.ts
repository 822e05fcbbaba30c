import {
  closeSync,
  mkdtempSync,
  openSync,
  rmdirSync,
  statfsSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NOT_ENOUGH_SPACE, ServerError } from './server-error.js';

/** The data of one insert, on its way into the engine. */
export interface BodyFile {
  /** What the engine opens. */
  readonly path: string;
  write(bytes: Uint8Array): void;
  /** The file is gone after it. */
  close(): void;
}

/** Memory-backed where it exists: a body written there is copied once, and never reaches a disk. */
const MEMORY_FOLDER = '/dev/shm';

/** Left to others and to bodies that are still growing. */
const ROOM_TO_LEAVE_BYTES = 1_073_741_824;

/**
 * Writes are synchronous: copying 64 KiB into memory takes less than asking a thread to, and the threads all belong to the
 * engine. On Linux the file has no name from the start, so that not even a SIGKILL leaves one behind.
 */
export function createBodyFile(expectedBytes: number): BodyFile {
  const folder = mkdtempSync(join(folderWithRoomFor(expectedBytes), 'millrace-insert-'));
  const named = join(folder, 'body');
  const descriptor = openSync(named, 'wx+');
  const remove = () => {
    unlinkSync(named);
    rmdirSync(folder);
  };
  const isNameless = process.platform === 'linux';
  if (isNameless) remove();
  return {
    path: isNameless ? `/proc/self/fd/${descriptor}` : named,
    write(bytes) {
      try {
        for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
      } catch (error) {
        throw new ServerError(
          NOT_ENOUGH_SPACE,
          `The data of an insert found no room: ${String(error)}. (NOT_ENOUGH_SPACE)`,
        );
      }
    },
    close() {
      closeSync(descriptor);
      if (!isNameless) remove();
    },
  };
}

function folderWithRoomFor(bytes: number): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY_FOLDER);
    if (bavail * bsize - bytes > ROOM_TO_LEAVE_BYTES) return MEMORY_FOLDER;
  } catch {
    // There is no such folder outside Linux.
  }
  return tmpdir();
}
