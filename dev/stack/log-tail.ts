import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

const MAX_BYTES = 16_384;
const MAX_LINES = 20;

/** The end of the log. Everything after it belongs to the next start. */
export function logEnd(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** The last lines of a log, but none from before `start`. */
export function logTail(file: string, start: number): string {
  const log = openSync(file, 'r');
  try {
    const { size } = fstatSync(log);
    const from = Math.max(start, size - MAX_BYTES);
    const buffer = Buffer.alloc(Math.max(0, size - from));
    readSync(log, buffer, 0, buffer.length, from);
    return buffer.toString('utf8').trimEnd().split('\n').slice(-MAX_LINES).join('\n');
  } finally {
    closeSync(log);
  }
}
