import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { waitUntil } from './wait-until.js';

/** The number of running processes that were started with this folder as TMPDIR. */
export async function countProcesses(temporary: string): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['axeww'], { maxBuffer: 64 * 1_024 * 1_024 });
  return stdout.split('\n').filter((line) => line.includes(`TMPDIR=${temporary}`)).length;
}

/** The guards that remove folders end by themselves shortly after the command. */
export async function expectNothingLeft(temporary: string): Promise<void> {
  await waitUntil(
    async () =>
      (await countProcesses(temporary)) === 0 &&
      !readdirSync(temporary).some((name) => name.startsWith('millrace-')),
    { what: 'no process and no folder of the command is left' },
  );
}
