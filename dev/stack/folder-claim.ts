import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { StackError } from './stack-error.js';

/** Claims a folder, because two stacks in one folder would destroy each other's files. Returns a function that releases it. */
export async function claimFolder(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, 'stack.pid');
  const holder = await readFile(file, 'utf8').catch(() => null);
  if (holder !== null && isAlive(Number(holder))) {
    throw new StackError(
      `${folder} is in use by another stack (process ${holder.trim()}): stop that, or give another folder. If that process is something else, remove ${file}.`,
    );
  }
  await writeFile(file, `${process.pid}\n`);
  return () => rm(file, { force: true });
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user can't be signalled, but it exists.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
