import type { Buffer } from 'node:buffer';
import type { ByteColumn } from '../native/byte-column.js';
import { Unsure } from './unsure.js';

const ZERO = 0x30;
const MINUS = 0x2d;
const POINT = 0x2e;
const LETTER_E = 0x65;

/** A whole number with so many digits is exact as a double, and so is each power of ten below. */
const EXACT_DIGITS = 15;
const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

/** The last number that was read from a checked text. ClickHouse stores it as an integer if it has only digits. */
export class NumberValue {
  isInteger = true;
  /** Position after it. */
  next = 0;
  private value = 0;
  /** Of an integer that a double may not hold. */
  private large: bigint | null = null;

  read(bytes: Buffer, start: number): void {
    const isNegative = bytes[start] === MINUS;
    const first = isNegative ? start + 1 : start;
    let at = first;
    let value = 0;
    let digit = bytes[at]! - ZERO;
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digit = bytes[++at]! - ZERO;
    }
    const stop = bytes[at]!;
    this.large = null;
    if (stop === POINT || (stop | 0x20) === LETTER_E) {
      this.isInteger = false;
      this.readFloat(bytes, start, { first, point: at, value, isNegative });
      return;
    }
    this.isInteger = true;
    this.next = at;
    this.value = isNegative ? -value : value;
    if (at - first > EXACT_DIGITS) this.readLarge(bytes, start, at);
  }

  appendInteger(to: ByteColumn): void {
    if (this.large === null) to.appendCount(this.value);
    else to.appendBigInt(this.large, 8);
  }

  /** An integer that a double can't hold exactly would be rounded. */
  appendFloat(to: ByteColumn): void {
    if (this.large !== null && !Number.isSafeInteger(Number(this.large))) throw new Unsure();
    // ClickHouse reads an integer first, which has no negative zero.
    to.appendFloat64(this.isInteger ? this.value + 0 : this.value);
  }

  /** A UInt64 depends on what else the array holds, and few columns have one. */
  private readLarge(bytes: Buffer, start: number, end: number): void {
    const large = BigInt(bytes.toString('latin1', start, end));
    if (large < MIN_INT64 || large > MAX_INT64) throw new Unsure();
    this.large = large;
    this.value = Number(large);
  }

  private readFloat(
    bytes: Buffer,
    start: number,
    whole: { first: number; point: number; value: number; isNegative: boolean },
  ): void {
    const { first, point, isNegative } = whole;
    let { value } = whole;
    let at = point;
    if (bytes[at] === POINT) {
      let digit = bytes[++at]! - ZERO;
      while (digit >= 0 && digit <= 9) {
        value = value * 10 + digit;
        digit = bytes[++at]! - ZERO;
      }
      const digits = at - first - 1;
      const isPlain = (bytes[at]! | 0x20) !== LETTER_E;
      if (isPlain && digits <= EXACT_DIGITS) {
        // Both are exact, so the division rounds once, to the double that is nearest.
        value /= POWERS[at - point - 1]!;
        this.next = at;
        this.value = isNegative ? -value : value;
        return;
      }
    }
    while (isPartOfNumber(bytes[at])) at++;
    this.next = at;
    this.value = Number(bytes.toString('latin1', start, at));
    if (!Number.isFinite(this.value)) throw new Unsure();
  }
}

function isPartOfNumber(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (
    (byte >= ZERO && byte <= 0x39) ||
    (byte | 0x20) === LETTER_E ||
    byte === MINUS ||
    byte === 0x2b ||
    byte === POINT
  );
}
