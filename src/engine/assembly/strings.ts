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
      const unit = unitAt(p + 2);
      p = behind;
      let point = unit;
      if (unit >= 0xd800 && unit <= 0xdfff) {
        if (unit > 0xdbff || p + 1 >= end || byteAt(p + 1) != 0x75) return 0;
        const other = skipEscape(p, end);
        if (other == 0) return 0;
        const low = unitAt(p + 2);
        if (low < 0xdc00 || low > 0xdfff) return 0;
        point = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        p = other;
      }
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
