import { NOT_JSON, QUOTE, skipString } from '../../types/json-text/strings.js';

/**
 * The grammar of JSON over bytes (RFC 8259). Each function takes a position and the exclusive end of the readable bytes. It
 * returns the position after what it skipped, or `NOT_JSON`. It accepts nothing that JSON.parse refuses.
 */

/** Deeper nesting is legal but rare. It is not checked here, so that the stack has a bound. */
export const MAX_DEPTH = 64;

const COLON = 0x3a;
export const COMMA = 0x2c;
export const BRACE = 0x7b;
export const BRACE_END = 0x7d;
export const BRACKET = 0x5b;
export const BRACKET_END = 0x5d;

const TRUE = [0x74, 0x72, 0x75, 0x65];
const FALSE = [0x66, 0x61, 0x6c, 0x73, 0x65];
const NULL = [0x6e, 0x75, 0x6c, 0x6c];

/** For each open container, whether it is an object. Scratch memory that is used only within a call. */
const isObjectAt = new Uint8Array(MAX_DEPTH);

export function skipSpace(bytes: Uint8Array, from: number, end: number): number {
  // Compact JSON has no spaces. The common path is kept small enough to be inlined.
  return from < end && bytes[from]! <= 0x20 ? skipSpaces(bytes, from, end) : from;
}

function skipSpaces(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isSpace(bytes[at]!)) at++;
  return at;
}

/** Skips a colon and the space around it. */
export function skipColon(bytes: Uint8Array, from: number, end: number): number {
  // There is rarely any space.
  if (from + 1 < end && bytes[from] === COLON && bytes[from + 1]! > 0x20) return from + 1;
  const at = skipSpace(bytes, from, end);
  return at < end && bytes[at] === COLON ? skipSpace(bytes, at + 1, end) : NOT_JSON;
}

/** Skips a value of any kind, from its first byte. */
export function skipValue(bytes: Uint8Array, from: number, end: number): number {
  if (from >= end) return NOT_JSON;
  const first = bytes[from]!;
  if (first === BRACE || first === BRACKET) return skipContainer(bytes, from, end);
  return first === QUOTE ? skipString(bytes, from + 1, end) : skipScalar(bytes, from, end);
}

function skipContainer(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  let depth = -1;
  let inObject = false;
  for (;;) {
    // At the first byte of a value.
    if (at >= end) return NOT_JSON;
    const first = bytes[at]!;
    if (first === QUOTE) {
      at = skipString(bytes, at + 1, end);
      if (at === NOT_JSON) return NOT_JSON;
    } else if (first === BRACE || first === BRACKET) {
      const opensObject = first === BRACE;
      at = skipSpace(bytes, at + 1, end);
      if (at < end && bytes[at] === (opensObject ? BRACE_END : BRACKET_END)) {
        at++;
        if (depth < 0) return at;
      } else {
        if (++depth === MAX_DEPTH) return NOT_JSON;
        inObject = opensObject;
        isObjectAt[depth] = inObject ? 1 : 0;
        if (inObject) {
          at = skipKey(bytes, at, end);
          if (at === NOT_JSON) return NOT_JSON;
        }
        continue;
      }
    } else {
      at = skipScalar(bytes, at, end);
      if (at === NOT_JSON) return NOT_JSON;
    }
    // After a value: leave the containers that end here, up to the next value.
    for (;;) {
      at = skipSpace(bytes, at, end);
      if (at >= end) return NOT_JSON;
      const next = bytes[at++]!;
      if (next === COMMA) break;
      if (next !== (inObject ? BRACE_END : BRACKET_END)) return NOT_JSON;
      if (depth-- === 0) return at;
      inObject = isObjectAt[depth] === 1;
    }
    at = skipSpace(bytes, at, end);
    if (inObject) {
      at = skipKey(bytes, at, end);
      if (at === NOT_JSON) return NOT_JSON;
    }
  }
}

/** Skips a key and its colon, up to the first byte of the value. */
function skipKey(bytes: Uint8Array, from: number, end: number): number {
  if (from >= end || bytes[from] !== QUOTE) return NOT_JSON;
  const at = skipString(bytes, from + 1, end);
  return at === NOT_JSON ? NOT_JSON : skipColon(bytes, at, end);
}

function skipScalar(bytes: Uint8Array, from: number, end: number): number {
  const first = bytes[from];
  if (first === TRUE[0]) return skipWord(bytes, from, end, TRUE);
  if (first === FALSE[0]) return skipWord(bytes, from, end, FALSE);
  if (first === NULL[0]) return skipWord(bytes, from, end, NULL);
  return skipNumber(bytes, from, end);
}

function skipWord(bytes: Uint8Array, from: number, end: number, word: readonly number[]): number {
  if (from + word.length > end) return NOT_JSON;
  for (let index = 0; index < word.length; index++) {
    if (bytes[from + index] !== word[index]) return NOT_JSON;
  }
  return from + word.length;
}

function skipNumber(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  if (bytes[at] === 0x2d) at++;
  if (at < end && bytes[at] === 0x30) at++;
  else if ((at = skipDigits(bytes, at, end)) === NOT_JSON) return NOT_JSON;
  if (at < end && bytes[at] === 0x2e) {
    at = skipDigits(bytes, at + 1, end);
    if (at === NOT_JSON) return NOT_JSON;
  }
  if (at < end && (bytes[at]! | 0x20) === 0x65) {
    at++;
    if (at < end && (bytes[at] === 0x2b || bytes[at] === 0x2d)) at++;
    return skipDigits(bytes, at, end);
  }
  return at;
}

/** Skips digits, at least one. */
function skipDigits(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at++;
  return at === from ? NOT_JSON : at;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
