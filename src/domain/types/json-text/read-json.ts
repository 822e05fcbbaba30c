import type { Buffer } from 'node:buffer';
import {
  BRACE,
  BRACE_END,
  BRACKET,
  BRACKET_END,
  endOfValue,
  toNext,
  toValue,
} from './end-of-value.js';
import { QUOTE, StringToken } from './string-token.js';

const token = new StringToken();

/**
 * The value at `at` of a checked text, as JSON.parse would return it, except that integers beyond 2^53 are bigint. Its
 * stack grows with the depth of the text, which the caller has bounded.
 */
export function readJson(bytes: Buffer, at: number): unknown {
  return valueAt(bytes, at).value;
}

interface Read {
  readonly value: unknown;
  readonly end: number;
}

function valueAt(bytes: Buffer, at: number): Read {
  const first = bytes[at];
  if (first === BRACE) return objectAt(bytes, at);
  if (first === BRACKET) return arrayAt(bytes, at);
  if (first === QUOTE) {
    token.read(bytes, at);
    return { value: token.text(), end: token.next };
  }
  const end = endOfValue(bytes, at);
  const text = bytes.toString('latin1', at, end);
  const value: unknown = JSON.parse(text);
  const isRounded = typeof value === 'number' && !Number.isSafeInteger(value);
  return { value: isRounded && /^-?\d+$/.test(text) ? BigInt(text) : value, end };
}

function objectAt(bytes: Buffer, start: number): Read {
  const members: (readonly [string, unknown])[] = [];
  let at = toNext(bytes, start + 1);
  while (bytes[at] !== BRACE_END) {
    token.read(bytes, at);
    const key = token.text();
    const { value, end } = valueAt(bytes, toValue(bytes, token.next));
    members.push([key, value]);
    at = toNext(bytes, end);
    if (bytes[at] !== BRACE_END) at = toNext(bytes, at + 1);
  }
  // An own property, even for the name __proto__.
  return { value: Object.fromEntries(members), end: at + 1 };
}

function arrayAt(bytes: Buffer, start: number): Read {
  const items: unknown[] = [];
  let at = toNext(bytes, start + 1);
  while (bytes[at] !== BRACKET_END) {
    const { value, end } = valueAt(bytes, at);
    items.push(value);
    at = toNext(bytes, end);
    if (bytes[at] !== BRACKET_END) at = toNext(bytes, at + 1);
  }
  return { value: items, end: at + 1 };
}
