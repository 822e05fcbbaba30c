import type { Buffer } from 'node:buffer';
import { endOfString, QUOTE } from './string-token.js';

export const COMMA = 0x2c;
export const BRACE = 0x7b;
export const BRACE_END = 0x7d;
export const BRACKET = 0x5b;
export const BRACKET_END = 0x5d;

const SPACE = 0x20;

/** The position after the value that starts at `at`, in a text whose grammar has been checked. Its depth needs no stack. */
export function endOfValue(bytes: Buffer, at: number): number {
  const first = bytes[at];
  if (first === QUOTE) return endOfString(bytes, at);
  if (first !== BRACE && first !== BRACKET) return endOfScalar(bytes, at);
  let depth = 0;
  let end = at;
  do {
    const byte = bytes[end];
    if (byte === QUOTE) end = endOfString(bytes, end);
    else {
      if (byte === BRACE || byte === BRACKET) depth++;
      else if (byte === BRACE_END || byte === BRACKET_END) depth--;
      end++;
    }
  } while (depth > 0);
  return end;
}

/** Position of the next byte that is not a space. */
export function toNext(bytes: Buffer, at: number): number {
  let next = at;
  while (bytes[next]! <= SPACE) next++;
  return next;
}

/** From the position after a key to the first byte of its value. */
export function toValue(bytes: Buffer, behindKey: number): number {
  // In compact JSON, the value directly follows the colon.
  return toNext(bytes, toNext(bytes, behindKey) + 1);
}

function endOfScalar(bytes: Buffer, at: number): number {
  let end = at;
  // A number or a word ends at a space, a comma, a bracket or the end of the text.
  for (let byte = bytes[end]; byte !== undefined; byte = bytes[++end]) {
    if (byte <= SPACE || byte === COMMA || byte === BRACE_END || byte === BRACKET_END) break;
  }
  return end;
}
