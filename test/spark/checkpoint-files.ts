import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The last file of a log of a checkpoint, as Spark wrote it: its number and its last line. Null if there is none. */
export async function lastOf(
  checkpoint: string,
  log: 'offsets' | 'commits',
): Promise<{ readonly number: number; readonly line: string } | null> {
  const names = await readdir(join(checkpoint, log)).catch(() => []);
  const numbers = names.filter((name) => /^\d+$/.test(name)).map(Number);
  if (numbers.length === 0) return null;
  const number = Math.max(...numbers);
  const text = await readFile(join(checkpoint, log, String(number)), 'utf8');
  return { number, line: text.trimEnd().split('\n').at(-1) ?? '' };
}
