import {
  closeSync,
  ftruncateSync,
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

/** The data of one insert, on its way to the engine. */
export interface BodyFile {
  /** The path that the engine opens after everything is written. */
  readonly path: string;
  write(bytes: Uint8Array): void;
  /** Call it after the last write. */
  seal(): void;
  /** Deletes the data. */
  release(): void;
}

export interface BodyFiles {
  /** `expectedBytes` is 0 if the size is unknown. */
  create(expectedBytes: number): BodyFile;
}

/** A file without a name, if the system allows it, so that not even a SIGKILL leaves one behind. */
interface OpenFile {
  readonly descriptor: number;
  readonly path: string;
  readonly isInMemory: boolean;
  remove(): void;
}

/** A folder in memory, if it exists. A body there is copied once and never reaches a disk. */
const MEMORY_FOLDER = '/dev/shm';

/** Space that stays free for other programs and for bodies that are still growing. */
const ROOM_TO_LEAVE_BYTES = 1_073_741_824;

/**
 * Two thirds of the cost of writing a file is getting and clearing fresh pages. So up to this many files are kept for later
 * inserts, each of at most this size.
 */
const MAX_KEPT_FILES = 4;
const MAX_KEPT_BYTES = 64 * 1_048_576;

/**
 * Writes are synchronous: copying 64 KiB into memory is faster than handing it to a thread, and the engine needs all the threads.
 */
export function createBodyFiles(): BodyFiles {
  const kept: OpenFile[] = [];
  return {
    create(expectedBytes) {
      const file = kept.pop() ?? openFile(folderWithRoomFor(expectedBytes));
      let length = 0;
      return {
        path: file.path,
        write(bytes) {
          length += writeAll(file.descriptor, bytes, length);
        },
        seal() {
          ftruncateSync(file.descriptor, length);
        },
        release() {
          const isWorthKeeping = file.isInMemory && length <= MAX_KEPT_BYTES;
          if (isWorthKeeping && kept.length < MAX_KEPT_FILES) kept.push(file);
          else file.remove();
        },
      };
    },
  };
}

function openFile(parent: string): OpenFile {
  const folder = mkdtempSync(join(parent, `millrace-insert-${process.pid}-`));
  const named = join(folder, 'body');
  const descriptor = openSync(named, 'wx+');
  const removeName = () => {
    unlinkSync(named);
    rmdirSync(folder);
  };
  const isNameless = process.platform === 'linux';
  if (isNameless) removeName();
  return {
    descriptor,
    path: isNameless ? `/proc/self/fd/${descriptor}` : named,
    isInMemory: parent === MEMORY_FOLDER,
    remove() {
      closeSync(descriptor);
      if (!isNameless) removeName();
    },
  };
}

function writeAll(descriptor: number, bytes: Uint8Array, position: number): number {
  try {
    for (let at = 0; at < bytes.length;) {
      at += writeSync(descriptor, bytes, at, bytes.length - at, position + at);
    }
    return bytes.length;
  } catch (error) {
    const message = `The data of an insert found no room: ${String(error)}. (NOT_ENOUGH_SPACE)`;
    throw new ServerError(NOT_ENOUGH_SPACE, message);
  }
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
