import { UsageError } from './usage-error.js';

/** Reads the value of `--name`. */
export function wholeNumber(name: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`--${name} takes a whole number, not ${text}`);
}
