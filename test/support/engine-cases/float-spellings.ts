const MAX_EXPONENT = 310;
const MIN_EXPONENT = -345;

/** Bits of a mantissa, and the powers of two of its last bit: of Float64, Float32 and BFloat16. */
const FORMATS = [
  { bits: 53, min: -1_074, max: 971 },
  { bits: 24, min: -149, max: 104 },
  { bits: 8, min: -133, max: 120 },
] as const;

/**
 * This many decimal texts that are hard to round: with up to 20 digits and any exponent, and at or near the midpoint of
 * two neighbours of each format, including subnormal ones.
 */
export function floatSpellings(count: number, random: () => number): readonly string[] {
  const below = (limit: number) => Math.floor(random() * limit);
  const kinds = [anyOf, besideMiddle, besideMiddle, middle];
  return Array.from({ length: count }, (_, index) => {
    const text = kinds[index % kinds.length]!(below);
    return below(2) === 0 ? text : `-${text}`;
  });
}

type Below = (limit: number) => number;

function anyOf(below: Below): string {
  const exponent = MIN_EXPONENT + below(MAX_EXPONENT - MIN_EXPONENT);
  return spelt(digitsOf(1 + below(20), below), exponent, below);
}

/** The midpoint of two neighbours with 15 to 19 digits, and texts that differ from it by one in the last digit. */
function besideMiddle(below: Below): string {
  const { bits, min, max } = FORMATS[below(FORMATS.length)]!;
  // One in four is subnormal.
  const isSubnormal = below(4) === 0;
  const mantissa = isSubnormal
    ? bitsOf(1 + below(bits - 1), below)
    : (1n << BigInt(bits - 1)) | bitsOf(bits - 1, below);
  const power = (isSubnormal ? min : min + below(max - min)) - 1;
  const odd = 2n * mantissa + 1n;
  // A power of two below one is a power of five with as many digits after the point.
  const exact = String(power < 0 ? odd * 5n ** BigInt(-power) : odd << BigInt(power));
  const digits = exact.slice(0, 15 + below(5));
  const exponent = Math.min(power, 0) + exact.length - digits.length;
  return spelt(String(BigInt(digits) + BigInt(below(3)) - 1n), exponent, below);
}

/** The exact midpoint of two neighbouring Float64 values, in at most 19 digits. */
function middle(below: Below): string {
  const fives = below(23);
  const power = 5n ** BigInt(fives);
  const least = (1n << 53n) / power;
  const odd = (least + (bitsOf(54, below) % (least + 1n))) | 1n;
  const twos = BigInt(below(10));
  const digits = String(odd << twos);
  if (below(2) === 0 && fives === 0) return spelt(digits, 0, below);
  return spelt(digits, fives, below);
}

function digitsOf(count: number, below: Below): string {
  return Array.from({ length: count }, (_, index) => (index === 0 ? 1 + below(9) : below(10))).join(
    '',
  );
}

function bitsOf(count: number, below: Below): bigint {
  let bits = 0n;
  for (let at = 0; at < count; at++) bits = (bits << 1n) | BigInt(below(2));
  return bits;
}

/** With a point within, before or after the digits, or without one. */
function spelt(digits: string, exponent: number, below: Below): string {
  const point = below(digits.length + 1);
  const behind = digits.slice(point);
  const front = digits.slice(0, point) || '0';
  if (behind === '') return `${digits}e${exponent}`;
  const moved = exponent + behind.length;
  return moved === 0 ? `${front}.${behind}` : `${front}.${behind}E${moved > 0 ? '+' : ''}${moved}`;
}
