import type { Buffer } from 'node:buffer';

const ZERO = 0x30;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const LETTER_E = 0x65;

/** More digits than any type holds. Further digits are only counted. */
const MAX_DIGITS = 160;
/** Larger than any exponent that the digits of a text could offset. */
const MAX_EXPONENT = 1_000_000_000;

/** The last number that was read, exactly: its significant digits times a power of ten. */
export class NumberToken {
  isNegative = false;
  /** Neither the first nor the last digit is zero. Zero has no digits. Only the first 160 digits are kept. */
  readonly digits = new Uint8Array(MAX_DIGITS);
  count = 0;
  /** The value is 0.digits × 10^point. So `point` counts the digits before the decimal point, trailing zeros included. */
  point = 0;
  /** Whether it is written without a decimal point and an exponent. */
  isPlain = true;
  /** Digits from the first non-zero one on. */
  private seen = 0;
  private leadingZeros = 0;
  private exponent = 0;

  /** Reads a number by JSON's grammar. Returns the position after it, or -1 if there is none. */
  read(bytes: Buffer, start: number, end: number): number {
    this.isNegative = bytes[start] === MINUS;
    this.count = 0;
    this.isPlain = true;
    this.seen = 0;
    this.leadingZeros = 0;
    const whole = this.isNegative ? start + 1 : start;
    let at = this.takeDigits(bytes, whole, end);
    if (at === whole || (bytes[whole] === ZERO && at > whole + 1)) return -1;
    let point = at - whole;
    if (at < end && bytes[at] === POINT) {
      this.isPlain = false;
      const fraction = at + 1;
      at = this.takeDigits(bytes, fraction, end);
      if (at === fraction) return -1;
    }
    if (at < end && (bytes[at]! | 0x20) === LETTER_E) {
      this.isPlain = false;
      at = this.takeExponent(bytes, at + 1, end);
      if (at < 0) return -1;
      point += this.exponent;
    }
    this.point = this.count === 0 ? 0 : point - this.leadingZeros;
    return at;
  }

  /** Number of digits after the decimal point. */
  get fractionDigits(): number {
    return Math.max(0, this.count - this.point);
  }

  /**
   * The value times 10^scale as digits, without its sign. The number must not have more than `scale` digits after the
   * decimal point.
   */
  wholeText(scale: number): string {
    let text = '';
    for (let index = 0; index < this.count; index++) text += String(this.digits[index]!);
    return text === '' ? '0' : text.padEnd(this.point + scale, '0');
  }

  private takeDigits(bytes: Buffer, from: number, end: number): number {
    let at = from;
    for (; at < end; at++) {
      const digit = bytes[at]! - ZERO;
      if (digit < 0 || digit > 9) break;
      if (this.seen === 0 && digit === 0) {
        this.leadingZeros++;
        continue;
      }
      if (this.seen < MAX_DIGITS) this.digits[this.seen] = digit;
      this.seen++;
      // Zeros count only if another digit follows.
      if (digit !== 0) this.count = this.seen;
    }
    return at;
  }

  private takeExponent(bytes: Buffer, start: number, end: number): number {
    const isNegative = bytes[start] === MINUS;
    const first = isNegative || bytes[start] === PLUS ? start + 1 : start;
    let at = first;
    let value = 0;
    for (; at < end; at++) {
      const digit = bytes[at]! - ZERO;
      if (digit < 0 || digit > 9) break;
      value = Math.min(MAX_EXPONENT, value * 10 + digit);
    }
    this.exponent = isNegative ? -value : value;
    return at === first ? -1 : at;
  }
}
