/** Range of the powers that the engine needs to find the Float64 nearest to a decimal number. */
const MIN_POWER = -342;
const MAX_POWER = 308;
/** Number of bits that are kept of a power. */
const BITS = 128;
const MAX_ROUNDED_UP = 27;
const HALF = BigInt.asUintN(64, -1n);

/**
 * 5^-342 to 5^308, each as 128 bits whose first bit is set. They are stored as two UInt64, the upper half first. Positive
 * powers are cut off, and negative ones are reciprocals rounded up (Daniel Lemire, "Number Parsing at a Gigabyte per
 * Second", 2021).
 */
export function powersOfFive(): BigUint64Array {
  const powers = new BigUint64Array((MAX_POWER - MIN_POWER + 1) * 2);
  for (let exponent = MIN_POWER; exponent <= MAX_POWER; exponent++) {
    const power = normalized(exponent < 0 ? reciprocalOf(-exponent) : 5n ** BigInt(exponent));
    const place = (exponent - MIN_POWER) * 2;
    powers[place] = power >> 64n;
    powers[place + 1] = power & HALF;
  }
  return powers;
}

function reciprocalOf(exponent: number): bigint {
  const power = 5n ** BigInt(exponent);
  const length = bitLength(power);
  // Up to this exponent, the bits are rounded up. Beyond it, more bits are computed and then truncated.
  const bits = exponent <= MAX_ROUNDED_UP ? length + BITS - 1 : 2 * length + BITS;
  return (1n << BigInt(bits)) / power + 1n;
}

function normalized(value: bigint): bigint {
  const surplus = bitLength(value) - BITS;
  return surplus > 0 ? value >> BigInt(surplus) : value << BigInt(-surplus);
}

function bitLength(value: bigint): number {
  return value.toString(2).length;
}
