import type { Buffer } from 'node:buffer';
import {
  BRACE,
  BRACKET,
  BRACKET_END,
  COMMA,
  endOfValue,
  toNext,
} from '../json-text/end-of-value.js';
import { FALSE_START, NULL_START, TRUE_START } from '../json-text/first-bytes.js';
import { QUOTE } from '../json-text/string-token.js';
import { BOOLS, FLOATS, INTS, type Kind, OBJECTS, STRINGS } from './kinds.js';
import { Unsure } from './unsure.js';

const POINT = 0x2e;
const LETTER_E = 0x65;

/** What the elements of an array have in common. */
export class ArrayKind {
  /** Null if it has only nulls, or nothing. */
  kind: Kind | null = null;
  hasNulls = false;

  /** Throws `Unsure` for arrays in arrays, and for a mixture that ClickHouse stores as Dynamic. */
  read(bytes: Buffer, start: number): void {
    this.kind = null;
    this.hasNulls = false;
    let at = toNext(bytes, start + 1);
    while (bytes[at] !== BRACKET_END) {
      const end = endOfValue(bytes, at);
      this.add(bytes, at, end);
      at = toNext(bytes, end);
      if (bytes[at] === COMMA) at = toNext(bytes, at + 1);
    }
  }

  private add(bytes: Buffer, at: number, end: number): void {
    const first = bytes[at];
    if (first === NULL_START) {
      this.hasNulls = true;
      return;
    }
    const kind = kindOf(bytes, at, end);
    if (this.kind === null || this.kind === kind) this.kind = kind;
    else if (isNumber(this.kind) && isNumber(kind)) this.kind = FLOATS;
    else throw new Unsure();
  }
}

function kindOf(bytes: Buffer, at: number, end: number): Kind {
  const first = bytes[at];
  if (first === BRACKET) throw new Unsure();
  if (first === QUOTE) return STRINGS;
  if (first === BRACE) return OBJECTS;
  if (first === TRUE_START || first === FALSE_START) return BOOLS;
  return isFraction(bytes, at, end) ? FLOATS : INTS;
}

function isFraction(bytes: Buffer, from: number, end: number): boolean {
  for (let at = from; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === POINT || (byte | 0x20) === LETTER_E) return true;
  }
  return false;
}

function isNumber(kind: Kind): boolean {
  return kind === INTS || kind === FLOATS;
}
