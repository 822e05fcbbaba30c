import { nextOf, setNext, writeLength } from './cells';
import { byteAt, hexDigit, BACKSLASH, QUOTE, shortEscape, skipEscape, skipPlain } from './text';

// Strings with escapes. A column stores them with their escapes resolved.

/** Most bytes of an encoded length below 2^31, with seven bits in each byte. */
const MAX_LENGTH_BYTES: usize = 5;

/** Appends the string `[start, ...)` whose first escape is at `first`. UTF-8 can't encode an unpaired surrogate. */
export function appendEscaped(cell: usize, start: usize, first: usize, end: usize): usize {
  const next = nextOf(cell);
  const from = next + MAX_LENGTH_BYTES;
  memory.copy(from, start, first - start);
  let to = from + (first - start);
  let p = first;
  while (p < end && byteAt(p) != QUOTE) {
    const behind = skipEscape(p, end);
    if (behind == 0) return 0;
    if (behind - p == 2) {
      store<u8>(to++, <u8>shortEscape(byteAt(p + 1)));
      p = behind;
    } else {
      p = skipCharacter(p, behind, end);
      if (p == 0) return 0;
      to = writePoint(to, point);
    }
    const plain = skipPlain(p, end);
    memory.copy(to, p, plain - p);
    to += plain - p;
    p = plain;
    if (p < end && byteAt(p) != QUOTE && byteAt(p) != BACKSLASH) return 0;
  }
  if (p >= end) return 0;
  const length = to - from;
  const text = writeLength(next, length);
  memory.copy(text, from, length);
  setNext(cell, text + length);
  return p + 1;
}

/** The character of the last escape `\u....`, or of a pair of them. */
let point: u32 = 0;

/** Skips the escape `[p, behind)`, and the second one of a surrogate pair. 0 for half of a pair. */
function skipCharacter(p: usize, behind: usize, end: usize): usize {
  point = unitAt(p + 2);
  if (point < 0xd800 || point > 0xdfff) return behind;
  if (point > 0xdbff || behind + 1 >= end || byteAt(behind + 1) != 0x75) return 0;
  const other = skipEscape(behind, end);
  if (other == 0) return 0;
  const low = unitAt(behind + 2);
  if (low < 0xdc00 || low > 0xdfff) return 0;
  point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
  return other;
}

/** From the position after the opening quote to the position after the closing one. 0 also for half of a surrogate pair. */
export function skipPaired(from: usize, end: usize): usize {
  let p = skipPlain(from, end);
  while (p < end && byteAt(p) != QUOTE) {
    const behind = skipEscape(p, end);
    if (behind == 0) return 0;
    p = behind - p == 2 ? behind : skipCharacter(p, behind, end);
    if (p == 0) return 0;
    p = skipPlain(p, end);
  }
  return p < end ? p + 1 : 0;
}

function unitAt(p: usize): u32 {
  let unit: u32 = 0;
  for (let at: usize = 0; at < 4; at++) unit = (unit << 4) | <u32>hexDigit(byteAt(p + at));
  return unit;
}

function writePoint(to: usize, point: u32): usize {
  if (point < 0x80) {
    store<u8>(to, <u8>point);
    return to + 1;
  }
  if (point < 0x800) {
    store<u8>(to, <u8>(0xc0 | (point >> 6)));
    store<u8>(to, <u8>(0x80 | (point & 0x3f)), 1);
    return to + 2;
  }
  if (point < 0x10000) {
    store<u8>(to, <u8>(0xe0 | (point >> 12)));
    store<u8>(to, <u8>(0x80 | ((point >> 6) & 0x3f)), 1);
    store<u8>(to, <u8>(0x80 | (point & 0x3f)), 2);
    return to + 3;
  }
  store<u8>(to, <u8>(0xf0 | (point >> 18)));
  store<u8>(to, <u8>(0x80 | ((point >> 12) & 0x3f)), 1);
  store<u8>(to, <u8>(0x80 | ((point >> 6) & 0x3f)), 2);
  store<u8>(to, <u8>(0x80 | (point & 0x3f)), 3);
  return to + 4;
}
