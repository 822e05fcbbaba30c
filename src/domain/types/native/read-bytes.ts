import type { Buffer } from 'node:buffer';

/** A whole number of 8 to 32 bytes in little-endian order, in two's complement if it is signed. */
export function bigIntAt(
  bytes: Buffer,
  at: number,
  { width, isSigned }: { readonly width: number; readonly isSigned: boolean },
): bigint {
  let value = 0n;
  for (let word = width - 8; word >= 0; word -= 8) {
    value = (value << 64n) | bytes.readBigUInt64LE(at + word);
  }
  return isSigned ? BigInt.asIntN(width * 8, value) : value;
}

/** The text of a whole number × 10^-scale, with all of its digits: `-0.05`. */
export function decimalText(value: bigint, scale: number): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = scale === 0 ? '' : `.${digits.slice(-scale)}`;
  return `${value < 0n ? '-' : ''}${whole}${fraction}`;
}

/** The length of a String, and the position where its bytes begin. */
export function lengthAt(
  bytes: Buffer,
  at: number,
): { readonly value: number; readonly end: number } {
  let value = 0;
  let end = at;
  for (let factor = 1; ; factor *= 128) {
    const byte = bytes[end++]!;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, end };
  }
}
