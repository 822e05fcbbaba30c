import type { Buffer } from 'node:buffer';

/** The number that these digits form. NaN if one of them is not a digit or is after `end`. */
export function digitsAt(
  bytes: Buffer,
  at: number,
  { count, end }: { readonly count: number; readonly end: number },
): number {
  if (at + count > end) return NaN;
  let value = 0;
  for (let index = at; index < at + count; index++) {
    const digit = bytes[index]! - 0x30;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Position after the digits that start at `from`. */
export function skipDigits(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at++;
  return at;
}

/** The first `scale` digits of a fraction as a whole number. Further digits are dropped, and missing digits are zero. */
export function fractionTicks(
  bytes: Buffer,
  start: number,
  { end, scale }: { readonly end: number; readonly scale: number },
): number {
  let ticks = 0;
  for (let index = start; index < start + scale; index++) {
    ticks = ticks * 10 + (index < end ? bytes[index]! - 0x30 : 0);
  }
  return ticks;
}
