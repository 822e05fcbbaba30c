import { CELL_WIDTH } from '../layout';
import { field, nextOf, setNext } from './cells';
import { digitsValue, isNegative, multiply, powerOfTen, skipSign, upper } from './numbers';
import { byteAt, skipDigits } from './text';

// Numbers beyond 64 bits. Positions are as in text.ts, and the sign is that of numbers.ts.

/** The last number that was read, without its sign: 256 bits, the lowest word first. */
const WORDS: usize = memory.data(32, 8);
const SIZE: usize = 32;

/** A UInt256 has at most this many digits. */
const MAX_DIGITS: usize = 78;
/** Digits that always fit a word. */
const WORD_DIGITS: usize = 19;

/** Reads the digits of a whole number. What follows them is left to the caller. */
export function readWideWhole(from: usize, end: usize): usize {
  return readWholePart(from, end, MAX_DIGITS);
}

/** As `readScaled`, for results of up to 76 digits. */
export function readWideScaled(from: usize, end: usize, scale: u32, maxWholeDigits: u32): usize {
  let p = readWholePart(from, end, maxWholeDigits);
  if (p == 0) return 0;
  let missing = <usize>scale;
  if (p < end && byteAt(p) == 0x2e) {
    const fraction = p + 1;
    p = skipDigits(fraction, end);
    if (p == fraction) return 0;
    const kept = min<usize>(p - fraction, missing);
    addDigits(fraction, fraction + kept);
    missing -= kept;
    // Zeros beyond the scale have no effect.
    for (let at = fraction + kept; at < p; at++) if (byteAt(at) != 0x30) return 0;
  }
  for (; missing > 0; missing -= min<usize>(missing, WORD_DIGITS)) {
    multiplyAndAdd(powerOfTen(<u32>min<usize>(missing, WORD_DIGITS)), 0);
  }
  return p;
}

/** Appends the last number. False if the column's type can't hold it. */
export function appendWide(cell: usize, isSigned: bool): bool {
  const width = field(cell, CELL_WIDTH);
  for (let at = width; at < SIZE; at += 8) if (load<u64>(WORDS + at) != 0) return false;
  const to = nextOf(cell);
  // Of the two's complement.
  let carry: u64 = 1;
  for (let at: usize = 0; at < width; at += 8) {
    const word = load<u64>(WORDS + at);
    const negated = ~word + carry;
    if (negated != 0) carry = 0;
    store<u64>(to + at, isNegative ? negated : word);
  }
  // Only zero leaves a carry. Its sign does not matter.
  const isTopSet = load<i64>(to + width - 8) < 0;
  if (carry == 0 && (isSigned ? isTopSet != isNegative : isNegative)) return false;
  setNext(cell, to + width);
  return true;
}

/** The sign and the digits before the point. A single zero does not count as a digit. */
function readWholePart(from: usize, end: usize, maxDigits: usize): usize {
  memory.fill(WORDS, 0, SIZE);
  const first = skipSign(from, end);
  const p = skipDigits(first, end);
  const count = p - first;
  const isZero = count == 1 && byteAt(first) == 0x30;
  if (count == 0 || (count > 1 && byteAt(first) == 0x30)) return 0;
  if (!isZero && count > maxDigits) return 0;
  return addDigits(first, p) ? p : 0;
}

/** False if the number has more than 256 bits. */
function addDigits(from: usize, end: usize): bool {
  let p = from;
  while (p < end) {
    const count = min<usize>(end - p, WORD_DIGITS);
    if (!multiplyAndAdd(powerOfTen(<u32>count), digitsValue(p, p + count, 0))) return false;
    p += count;
  }
  return true;
}

function multiplyAndAdd(factor: u64, term: u64): bool {
  let carry = term;
  for (let at: usize = 0; at < SIZE; at += 8) {
    const low = multiply(load<u64>(WORDS + at), factor);
    const sum = low + carry;
    carry = upper + <u64>(sum < low);
    store<u64>(WORDS + at, sum);
  }
  return carry == 0;
}
