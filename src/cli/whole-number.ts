import { UsageError } from './errors.js';

/** The value of an option that is a whole number from 0. Throws `UsageError`. */
export function wholeNumber(
  option: string,
  text: string | undefined,
  { usual, max }: { readonly usual: number; readonly max: number },
): number {
  if (text === undefined) return usual;
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= max) return number;
  throw new UsageError(`--${option} must be a whole number up to ${max}`);
}
