import { byteAt, skipDigits } from './text';

// JSON numbers that can be converted exactly. Positions are as in text.ts.

/** Of the last whole number that was read. */
export let magnitude: u64 = 0;
export let isNegative: bool = false;

/** 10^0 to 10^19. */
const POWERS = memory.data<u64>([
  1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000,
  1000000000000, 10000000000000, 100000000000000, 1000000000000000, 10000000000000000,
  100000000000000000, 1000000000000000000, 10000000000000000000,
]);

@inline
export function powerOfTen(exponent: u32): u64 {
  return load<u64>(POWERS + (<usize>exponent << 3));
}

@inline
export function digitsValue(from: usize, end: usize, start: u64): u64 {
  let value = start;
  for (let p = from; p < end; p++) value = value * 10 + (byteAt(p) - 0x30);
  return value;
}

/** Reads the sign of a number into `isNegative`. Returns where its digits begin. */
@inline
export function skipSign(from: usize, end: usize): usize {
  isNegative = from < end && byteAt(from) == 0x2d;
  return isNegative ? from + 1 : from;
}

/** Reads a whole number of at most 19 digits that is written without a point or an exponent. */
export function readWhole(from: usize, end: usize): usize {
  const first = skipSign(from, end);
  const p = skipDigits(first, end);
  const count = p - first;
  if (count == 0 || count > 19 || (count > 1 && byteAt(first) == 0x30)) return 0;
  if (p < end && (byteAt(p) == 0x2e || (byteAt(p) | 0x20) == 0x65)) return 0;
  magnitude = digitsValue(first, p, 0);
  return p;
}

/**
 * Reads a number times 10^scale. The result must be whole, with at most 18 digits, and written without an exponent. Larger
 * results are for `readWideScaled`.
 */
export function readScaled(from: usize, end: usize, scale: u32, maxWholeDigits: u32): usize {
  const first = skipSign(from, end);
  let p = skipDigits(first, end);
  const count = <u32>(p - first);
  const isZero = count == 1 && byteAt(first) == 0x30;
  const wholeDigits: u32 = isZero ? 0 : count;
  if (count == 0 || (count > 1 && byteAt(first) == 0x30)) return 0;
  if (wholeDigits > maxWholeDigits || wholeDigits + scale > 18) return 0;
  let value = digitsValue(first, p, 0);
  let missing = scale;
  if (p < end && byteAt(p) == 0x2e) {
    const fraction = p + 1;
    p = skipDigits(fraction, end);
    if (p == fraction) return 0;
    const kept = <u32>min<usize>(p - fraction, scale);
    value = digitsValue(fraction, fraction + kept, value);
    missing -= kept;
    // Zeros beyond the scale have no effect.
    for (let at = fraction + kept; at < p; at++) if (byteAt(at) != 0x30) return 0;
  }
  if (p < end && (byteAt(p) | 0x20) == 0x65) return 0;
  magnitude = value * powerOfTen(missing);
  return p;
}

/** The last number that `readFloat` has read. */
export let float: f64 = 0;

const MAX_FLOAT_DIGITS: u32 = 19;

/** Reads a number as the nearest Float64. It may have at most 19 digits, without leading zeros. */
export function readFloat(from: usize, end: usize): usize {
  const negative = from < end && byteAt(from) == 0x2d;
  const first = negative ? from + 1 : from;
  let p = skipDigits(first, end);
  const count = p - first;
  if (count == 0 || (count > 1 && byteAt(first) == 0x30)) return 0;
  let digits: u32 = count == 1 && byteAt(first) == 0x30 ? 0 : <u32>count;
  if (count > <usize>MAX_FLOAT_DIGITS) return 0;
  let value = digitsValue(first, p, 0);
  let exponent: i32 = 0;
  if (p < end && byteAt(p) == 0x2e) {
    let at = p + 1;
    const fraction = at;
    p = skipDigits(fraction, end);
    if (p == fraction) return 0;
    if (digits == 0) while (at < p && byteAt(at) == 0x30) at++;
    if (<usize>digits + (p - at) > <usize>MAX_FLOAT_DIGITS || p - fraction > 300) return 0;
    value = digitsValue(at, p, value);
    exponent = -(<i32>(p - fraction));
  }
  if (p < end && (byteAt(p) | 0x20) == 0x65) {
    p++;
    const below = p < end && byteAt(p) == 0x2d;
    if (p < end && (below || byteAt(p) == 0x2b)) p++;
    const behind = skipDigits(p, end);
    if (behind == p || behind - p > 3) return 0;
    const given = <i32>digitsValue(p, behind, 0);
    exponent += below ? -given : given;
    p = behind;
  }
  if (!nearest(value, exponent)) return 0;
  if (negative) float = -float;
  return p;
}

/** Powers of five from 5^-342 to 5^308, as 128 bits each, upper half first. The host writes them here. */
export const POWERS_OF_FIVE: usize = memory.data(651 * 16, 16);
const MIN_POWER: i32 = -342;
const MAX_POWER: i32 = 308;

/** Of the last product. */
export let upper: u64 = 0;

/** The lower half of a product. Leaves the upper half in `upper`. */
@inline
export function multiply(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >> 32);
  const other = aLow * bHigh + (middle & 0xffffffff);
  upper = aHigh * bHigh + (middle >> 32) + (other >> 32);
  return a * b;
}

/**
 * The Float64 nearest to value × 10^exponent (Daniel Lemire, "Number Parsing at a Gigabyte per Second", 2021). False if it
 * is subnormal or infinite, or if 128 bits are not enough to decide.
 */
function nearest(value: u64, exponent: i32): bool {
  if (value == 0) {
    float = 0;
    return true;
  }
  if (value <= 0x1fffffffffffff && exponent >= -22 && exponent <= 22) {
    const power = exactPower(exponent < 0 ? -exponent : exponent);
    float = exponent < 0 ? <f64>value / power : <f64>value * power;
    return true;
  }
  if (exponent < MIN_POWER || exponent > MAX_POWER) return false;
  const zeros = clz(value);
  const shifted = value << zeros;
  const power = POWERS_OF_FIVE + (<usize>(exponent - MIN_POWER) << 4);
  let low = multiply(shifted, load<u64>(power));
  let high = upper;
  if ((high & 0x1ff) == 0x1ff) {
    multiply(shifted, load<u64>(power + 8));
    low += upper;
    if (upper > low) high++;
  }
  if (low == u64.MAX_VALUE && (exponent < -27 || exponent > 55)) return false;
  const upperBit = <i32>(high >> 63);
  const shift = <u64>(upperBit + 9);
  let mantissa = high >> shift;
  let binary = ((217706 * exponent) >> 16) + 63 + upperBit - <i32>zeros + 1023;
  if (binary <= 0) return false;
  const isHalf = low <= 1 && exponent >= -4 && exponent <= 23 && (mantissa & 3) == 1;
  if (isHalf && mantissa << shift == high) mantissa &= ~(<u64>1);
  mantissa += mantissa & 1;
  mantissa >>= 1;
  if (mantissa >= <u64>2 << 52) {
    mantissa = <u64>1 << 52;
    binary++;
  }
  if (binary >= 0x7ff) return false;
  float = reinterpret<f64>((mantissa & ~(<u64>1 << 52)) | (<u64>binary << 52));
  return true;
}

/** 10^0 to 10^22, which a Float64 represents exactly. */
const EXACT_POWERS = memory.data<f64>([
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
  1e19, 1e20, 1e21, 1e22,
]);

@inline
function exactPower(exponent: i32): f64 {
  return load<f64>(EXACT_POWERS + (<usize>exponent << 3));
}
