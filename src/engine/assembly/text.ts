// The grammar of JSON over bytes (RFC 8259), as in src/domain/formats/json/grammar.ts. Each function takes a position
// and the exclusive end of the record. It returns the position after what it skipped, or 0 if it is not sure: no
// position is 0. Loads of 16 bytes may read beyond the end, and their result counts only before it.

const MAX_DEPTH: i32 = 64;

export const QUOTE: u32 = 0x22;
export const BACKSLASH: u32 = 0x5c;
export const COMMA: u32 = 0x2c;
export const BRACE: u32 = 0x7b;
export const BRACE_END: u32 = 0x7d;
export const BRACKET: u32 = 0x5b;
export const BRACKET_END: u32 = 0x5d;

@inline
export function byteAt(p: usize): u32 {
  return <u32>load<u8>(p);
}

@inline
export function skipSpace(p: usize, end: usize): usize {
  return p < end && byteAt(p) <= 0x20 ? skipSpaces(p, end) : p;
}

function skipSpaces(from: usize, end: usize): usize {
  let p = from;
  while (p < end) {
    const byte = byteAt(p);
    if (byte != 0x20 && byte != 0x0a && byte != 0x0d && byte != 0x09) break;
    p++;
  }
  return p;
}

/** Whether two texts of the same length are equal. It may read up to seven bytes more. */
@inline
export function isSame(a: usize, b: usize, length: usize): bool {
  let at: usize = 0;
  for (; at + 8 <= length; at += 8) if (load<u64>(a + at) != load<u64>(b + at)) return false;
  if (at == length) return true;
  const mask = ((<u64>1) << (<u64>(length - at) << 3)) - 1;
  return ((load<u64>(a + at) ^ load<u64>(b + at)) & mask) == 0;
}

/**
 * The first position from `from` on with a non-ASCII byte, a control character, a quote or a backslash. `end` or more if
 * there is none.
 */
@inline
function skipAscii(from: usize, end: usize): usize {
  const quotes = i8x16.splat(0x22);
  const backslashes = i8x16.splat(0x5c);
  const spaces = i8x16.splat(0x20);
  let p = from;
  while (p < end) {
    const bytes = v128.load(p);
    // Non-ASCII bytes are negative, so they are less than a space too.
    const special = v128.or(
      v128.or(i8x16.lt_s(bytes, spaces), i8x16.eq(bytes, quotes)),
      i8x16.eq(bytes, backslashes),
    );
    const bits = i8x16.bitmask(special);
    if (bits) return p + ctz(bits);
    p += 16;
  }
  return p;
}

/** The first position whose byte does not represent itself in a string, or is not well-formed UTF-8. */
export function skipPlain(from: usize, end: usize): usize {
  let p = skipAscii(from, end);
  while (p < end && byteAt(p) >= 0x80) {
    const behind = skipWideCharacter(p, end);
    if (behind == 0) return p;
    p = behind < end && byteAt(behind) >= 0x80 ? behind : skipAscii(behind, end);
  }
  return p;
}

/** Skips one character of two to four bytes by table 3-7 of the Unicode standard: no overlong forms, no surrogates. */
function skipWideCharacter(p: usize, end: usize): usize {
  const lead = byteAt(p);
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length: usize = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (p + length > end) return 0;
  const least: u32 = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const most: u32 = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  const second = byteAt(p + 1);
  if (second < least || second > most) return 0;
  for (let at: usize = 2; at < length; at++) {
    if ((byteAt(p + at) & 0xc0) != 0x80) return 0;
  }
  return p + length;
}

/** From the position after the opening quote to the position after the closing one. */
@inline
export function skipString(from: usize, end: usize): usize {
  const p = skipPlain(from, end);
  return p < end && byteAt(p) == QUOTE ? p + 1 : skipEscaped(p, end);
}

function skipEscaped(from: usize, end: usize): usize {
  let p = from;
  while (p < end && byteAt(p) != QUOTE) {
    p = skipEscape(p, end);
    if (p == 0) return 0;
    p = skipPlain(p, end);
  }
  return p < end ? p + 1 : 0;
}

/** Skips an escape, from its backslash. */
export function skipEscape(p: usize, end: usize): usize {
  if (p + 1 >= end || byteAt(p) != BACKSLASH) return 0;
  const letter = byteAt(p + 1);
  if (letter == 0x75) {
    if (p + 6 > end) return 0;
    for (let at: usize = 2; at < 6; at++) {
      if (hexDigit(byteAt(p + at)) < 0) return 0;
    }
    return p + 6;
  }
  return shortEscape(letter) == 0 ? 0 : p + 2;
}

/** The character of an escape with two letters. 0 if there is none. */
export function shortEscape(letter: u32): u32 {
  switch (letter) {
    case 0x22:
    case 0x5c:
    case 0x2f:
      return letter;
    case 0x62:
      return 0x08;
    case 0x66:
      return 0x0c;
    case 0x6e:
      return 0x0a;
    case 0x72:
      return 0x0d;
    case 0x74:
      return 0x09;
    default:
      return 0;
  }
}

/** The value of a hexadecimal digit. Negative for any other byte. */
@inline
export function hexDigit(byte: u32): i32 {
  if (byte - 0x30 <= 9) return <i32>(byte - 0x30);
  const letter = (byte | 0x20) - 0x61;
  return letter <= 5 ? <i32>(letter + 10) : -1;
}

/** Skips a colon and the space around it. */
@inline
export function skipColon(p: usize, end: usize): usize {
  if (p + 1 < end && byteAt(p) == 0x3a && byteAt(p + 1) > 0x20) return p + 1;
  const colon = skipSpace(p, end);
  return colon < end && byteAt(colon) == 0x3a ? skipSpace(colon + 1, end) : 0;
}

@inline
function skipKey(p: usize, end: usize): usize {
  if (p >= end || byteAt(p) != QUOTE) return 0;
  const behind = skipString(p + 1, end);
  return behind == 0 ? 0 : skipColon(behind, end);
}

/** Skips a value of any kind, from its first byte. */
export function skipValue(p: usize, end: usize): usize {
  if (p >= end) return 0;
  const first = byteAt(p);
  if (first == BRACE || first == BRACKET) return skipContainer(p, end);
  return first == QUOTE ? skipString(p + 1, end) : skipScalar(p, end);
}

/** Skips an object or array. Its depth needs no stack: a bit of `open` tells whether each open container is an object. */
function skipContainer(from: usize, end: usize): usize {
  let open: u64 = 0;
  let depth = -1;
  let inObject = false;
  let p = from;
  for (;;) {
    // At the first byte of a value.
    if (p >= end) return 0;
    const first = byteAt(p);
    if (first == QUOTE) {
      p = skipString(p + 1, end);
      if (p == 0) return 0;
    } else if (first == BRACE || first == BRACKET) {
      const opensObject = first == BRACE;
      p = skipSpace(p + 1, end);
      if (p < end && byteAt(p) == (opensObject ? BRACE_END : BRACKET_END)) {
        p++;
        if (depth < 0) return p;
      } else {
        if (++depth == MAX_DEPTH) return 0;
        inObject = opensObject;
        open = (open << 1) | (opensObject ? 1 : 0);
        if (opensObject) {
          p = skipKey(p, end);
          if (p == 0) return 0;
        }
        continue;
      }
    } else {
      p = skipScalar(p, end);
      if (p == 0) return 0;
    }
    // After a value: leave the containers that end here, up to the next value.
    for (;;) {
      p = skipSpace(p, end);
      if (p >= end) return 0;
      const next = byteAt(p++);
      if (next == COMMA) break;
      if (next != (inObject ? BRACE_END : BRACKET_END)) return 0;
      if (depth-- == 0) return p;
      open >>= 1;
      inObject = (open & 1) == 1;
    }
    p = skipSpace(p, end);
    if (inObject) {
      p = skipKey(p, end);
      if (p == 0) return 0;
    }
  }
  return 0;
}

export function skipScalar(from: usize, end: usize): usize {
  const first = byteAt(from);
  if (first == 0x74) return isTrue(from, end) ? from + 4 : 0;
  if (first == 0x66) return isFalse(from, end) ? from + 5 : 0;
  if (first == 0x6e) return isNull(from, end) ? from + 4 : 0;
  let p = first == 0x2d ? from + 1 : from;
  if (p < end && byteAt(p) == 0x30) p++;
  else {
    const behind = skipDigits(p, end);
    if (behind == p) return 0;
    p = behind;
  }
  if (p < end && byteAt(p) == 0x2e) {
    const behind = skipDigits(p + 1, end);
    if (behind == p + 1) return 0;
    p = behind;
  }
  if (p < end && (byteAt(p) | 0x20) == 0x65) {
    p++;
    if (p < end && (byteAt(p) == 0x2b || byteAt(p) == 0x2d)) p++;
    const behind = skipDigits(p, end);
    return behind == p ? 0 : behind;
  }
  return p;
}

@inline
export function isTrue(p: usize, end: usize): bool {
  return p + 4 <= end && load<u32>(p) == 0x65757274;
}

@inline
export function isFalse(p: usize, end: usize): bool {
  return p + 5 <= end && load<u32>(p + 1) == 0x65736c61 && byteAt(p) == 0x66;
}

@inline
export function isNull(p: usize, end: usize): bool {
  return p + 4 <= end && load<u32>(p) == 0x6c6c756e;
}

@inline
export function skipDigits(from: usize, end: usize): usize {
  let p = from;
  while (p < end && byteAt(p) - 0x30 <= 9) p++;
  return p;
}
