/** Returned instead of a position for a text that JSON.parse refuses, or that is not checked here. */
export const NOT_JSON = -1;

export const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** 1 for a byte that is a whole character and represents itself in a string. */
const PLAIN = new Uint8Array(256).fill(1, 0x20, 0x80);

/** 1 for the characters that may follow a backslash, except `u`. */
const SHORT_ESCAPE = flags('"\\/bfnrt');
const HEX_DIGIT = flags('0123456789abcdefABCDEF');

PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;

/**
 * The first position in `[from, end)` whose byte does not represent itself in a string: the closing quote, an escape, or
 * something that JSON in well-formed UTF-8 can't contain.
 */
export function skipPlain(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && PLAIN[bytes[at]!] === 1) at++;
  // The rare case is a separate function, so that this one stays small enough to be inlined.
  return at < end && bytes[at]! >= 0x80 ? skipWide(bytes, at, end) : at;
}

/** From the position after the opening quote to the position after the closing one. */
export function skipString(bytes: Uint8Array, from: number, end: number): number {
  const at = skipPlain(bytes, from, end);
  return at < end && bytes[at] === QUOTE ? at + 1 : skipEscaped(bytes, at, end);
}

/** Skips the rest of a string, from its first escape. */
function skipEscaped(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== QUOTE) {
    at = skipEscape(bytes, at, end);
    if (at === NOT_JSON) return NOT_JSON;
    at = skipPlain(bytes, at, end);
  }
  return at < end ? at + 1 : NOT_JSON;
}

/** Like `skipPlain`, from the first non-ASCII byte. */
function skipWide(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at]! >= 0x80 || PLAIN[bytes[at]!] === 1)) {
    const next = bytes[at]! < 0x80 ? at + 1 : skipWideCharacter(bytes, at, end);
    if (next === NOT_JSON) return at;
    at = next;
  }
  return at;
}

function skipEscape(bytes: Uint8Array, from: number, end: number): number {
  if (from + 1 >= end || bytes[from] !== BACKSLASH) return NOT_JSON;
  if (SHORT_ESCAPE[bytes[from + 1]!] === 1) return from + 2;
  if (bytes[from + 1] !== 0x75 || from + 6 > end) return NOT_JSON;
  for (let at = from + 2; at < from + 6; at++) {
    if (HEX_DIGIT[bytes[at]!] !== 1) return NOT_JSON;
  }
  return from + 6;
}

/** Skips one character of two to four bytes by table 3-7 of the Unicode standard: no overlong forms, no surrogates. */
function skipWideCharacter(bytes: Uint8Array, from: number, end: number): number {
  const lead = bytes[from]!;
  if (lead < 0xc2 || lead > 0xf4) return NOT_JSON;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (from + length > end) return NOT_JSON;
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  const second = bytes[from + 1]!;
  if (second < least || second > most) return NOT_JSON;
  for (let at = from + 2; at < from + length; at++) {
    if ((bytes[at]! & 0xc0) !== 0x80) return NOT_JSON;
  }
  return from + length;
}

function flags(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}
