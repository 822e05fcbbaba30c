import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import process from 'node:process';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export interface GuardedFolder {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

const GUARD = fileURLToPath(new URL('guard-folder.sh', import.meta.url));

/** Makes a temporary folder, named `prefix` and six characters. It is removed when this process ends, however it ends. */
export async function createGuardedFolder(prefix: string): Promise<GuardedFolder> {
  await mkdir(dirname(prefix), { recursive: true });
  const path = await mkdtemp(prefix);
  const child = spawn('/bin/sh', [GUARD, path], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    cwd: '/',
    env: { PATH: process.env['PATH'] },
  });
  const guard = child.stdio[3] as Writable;
  guard.on('error', () => undefined);
  // The guard waits for this process, so this process must not wait for the guard.
  child.unref();
  (guard as { unref?: () => void }).unref?.();
  return {
    path,
    async remove() {
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
      guard.end('over\n');
    },
  };
}
