import type { NumberToken } from '../json-text/number-token.js';
import type { ByteColumn } from './byte-column.js';

const TWO_32 = 0x1_0000_0000;
const TWO_17 = 0x2_0000;
const TWO_15 = 0x8000;

/** Number of decimal digits that a JavaScript number always represents exactly. */
export const MAX_EXACT_DIGITS = 15;

/** Two unsigned halves of a whole number below 2^67. A `bigint` for each value would halve the speed. */
export class Halves {
  low = 0;
  /** Below 2^32 if the number fits 64 bits. */
  high = 0;

  /**
   * Sets `factor` × `value` + `more`. `value` is below 2^37 and may be negative; `factor` and `more` are at most 2^30. All
   * are whole.
   */
  setProduct(value: number, factor: number, more: number): void {
    const upper = Math.floor(value / TWO_17);
    const lower = value - upper * TWO_17;
    const product = upper * factor;
    const carried = Math.floor(product / TWO_15);
    const low = (product - carried * TWO_15) * TWO_17 + lower * factor + more;
    const overflow = Math.floor(low / TWO_32);
    this.low = low - overflow * TWO_32;
    this.high = carried + overflow;
  }

  /** Sets the value of up to 20 digits, trailing zeros included. */
  setDigits(digits: Uint8Array, count: number, length: number): void {
    // Handles the last nine digits separately, so that both parts are exact.
    const split = Math.max(0, length - 9);
    let upper = 0;
    let lower = 0;
    for (let index = 0; index < split; index++) {
      upper = upper * 10 + (index < count ? digits[index]! : 0);
    }
    for (let index = split; index < length; index++) {
      lower = lower * 10 + (index < count ? digits[index]! : 0);
    }
    this.setProduct(upper, 1_000_000_000, lower);
  }

  negate(): void {
    this.low = (TWO_32 - this.low) % TWO_32;
    this.high = this.low === 0 ? -this.high : -this.high - 1;
  }

  isZero(): boolean {
    return this.low === 0 && this.high === 0;
  }
}

const halves = new Halves();

/** Appends a number token × 10^scale. The result must be whole and fit `width` bytes (4, 8, 16 or 32), with its sign. */
export function appendWhole(
  column: ByteColumn,
  token: NumberToken,
  { width, scale }: { readonly width: number; readonly scale: number },
): void {
  const length = token.count === 0 ? 0 : token.point + scale;
  if (length > 18) {
    const value = BigInt(token.wholeText(scale));
    column.appendBigInt(token.isNegative ? -value : value, width);
    return;
  }
  halves.setDigits(token.digits, token.count, length);
  const sign = token.isNegative && !halves.isZero() ? -1 : 0;
  if (sign < 0) halves.negate();
  if (width === 4) column.appendInt32(halves.low);
  else column.appendHalves(halves.low, halves.high);
  for (let at = 8; at < width; at += 8) column.appendHalves(sign, sign);
}
