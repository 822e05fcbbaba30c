import { BRACE, BRACE_END, BRACKET, BRACKET_END, COMMA, skipColon, skipSpace } from './grammar.js';
import { NOT_JSON, QUOTE } from '../../types/json-text/strings.js';

/** Position of a value in the bytes, as `[start, end)`. */
export interface ValueSpan {
  readonly start: number;
  readonly end: number;
}

const BACKSLASH = 0x5c;

/**
 * Finds the top-level values of an object by their names, like JSON.parse: it resolves escapes in keys, and if a key occurs
 * twice, the last one counts. The text must be an object that JSON.parse has accepted. Its depth needs no stack.
 */
export function locateValues(
  json: Buffer,
  names: readonly string[],
): ReadonlyMap<string, ValueSpan> {
  const found = new Map<string, ValueSpan>();
  const end = json.length;
  let at = skipSpace(json, skipSpace(json, 0, end) + 1, end);
  while (json[at] === QUOTE) {
    const keyEnd = endOfString(json, at);
    const name = keyAt(json, at, keyEnd);
    const start = skipColon(json, keyEnd, end);
    if (start === NOT_JSON) throw new Error('Locate: the text is not what JSON.parse has accepted');
    const valueEnd = endOfValue(json, start);
    if (names.includes(name)) found.set(name, { start, end: valueEnd });
    at = skipSpace(json, valueEnd, end);
    if (json[at] === COMMA) at = skipSpace(json, at + 1, end);
  }
  return found;
}

function keyAt(json: Buffer, start: number, end: number): string {
  const quoted = json.toString('utf8', start, end);
  return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
}

function endOfValue(json: Buffer, start: number): number {
  if (json[start] === QUOTE) return endOfString(json, start);
  if (json[start] !== BRACE && json[start] !== BRACKET) return endOfScalar(json, start);
  let depth = 0;
  let at = start;
  do {
    const byte = json[at];
    if (byte === BRACE || byte === BRACKET) depth++;
    else if (byte === BRACE_END || byte === BRACKET_END) depth--;
    at = byte === QUOTE ? endOfString(json, at) : at + 1;
  } while (depth > 0 && at < json.length);
  return at;
}

/** From the opening quote to the position after the closing one. */
function endOfString(json: Buffer, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

/** End of a number or a word. They end before the first byte that is not a letter, digit, sign or point. */
function endOfScalar(json: Buffer, start: number): number {
  let at = start;
  while (at < json.length && /[\w.+-]/.test(String.fromCharCode(json[at] ?? 0))) at++;
  return at;
}
