import { defaultOf, type EventContract, receivedFields } from '../../contract/event-contract.js';
import { BRACE, BRACE_END, COMMA, skipColon, skipSpace, skipValue } from './grammar.js';
import { NOT_JSON, QUOTE, skipPlain } from '../../types/json-text/strings.js';
import { secondsOfBytes } from './timestamp.js';

/**
 * Finds the fields of an event in its bytes. It accepts only what the zod schema accepts, with the same row. If it does not
 * accept a record, it is not sure.
 */
export interface Scanner {
  /** Scans `bytes[start, end)`. After true, the arrays below describe this record until the next call. */
  scan(bytes: Uint8Array, start: number, end: number): boolean;
  /** Start of the text of each received field, without quotes. -1 if its default is used. */
  readonly starts: Int32Array;
  /** Exclusive. */
  readonly ends: Int32Array;
  /** Seconds since 1970 of each instant field. */
  readonly seconds: Float64Array;
}

const TEXT = 0;
const INSTANT = 1;
const OBJECT = 2;
const CODES = { text: TEXT, instant: INSTANT, object: OBJECT } as const;

/** Number of keys of an event whose field is guessed from the previous event. The others are looked up. */
const KEYS_REMEMBERED = 64;
/** A key that is not a field of the contract. */
const OTHER = -1;

export function createScanner(contract: EventContract): Scanner {
  const fields = receivedFields(contract);
  const count = fields.length;
  const codes = Uint8Array.from(fields, ({ kind }) => CODES[kind]);
  const required = Uint8Array.from(fields, (field) => (defaultOf(field) === undefined ? 1 : 0));
  const keys = createKeyTable(fields.map(({ source }) => source));
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  const seconds = new Float64Array(count);

  /** Reads the value of a field. Returns the position after it, or `NOT_JSON` if it is not certainly valid. */
  const takeField = (bytes: Uint8Array, field: number, from: number, end: number): number => {
    if (from >= end) return NOT_JSON;
    if (codes[field] === OBJECT) {
      if (bytes[from] !== BRACE) return NOT_JSON;
      const behind = skipValue(bytes, from, end);
      starts[field] = from;
      ends[field] = behind;
      return behind;
    }
    if (bytes[from] !== QUOTE) return NOT_JSON;
    const behind = skipPlain(bytes, from + 1, end);
    if (behind >= end || bytes[behind] !== QUOTE || behind === from + 1) return NOT_JSON;
    starts[field] = from + 1;
    ends[field] = behind;
    if (codes[field] === INSTANT) {
      const instant = secondsOfBytes(bytes, from + 1, behind);
      if (instant < 0) return NOT_JSON;
      seconds[field] = instant;
    }
    return behind + 1;
  };

  const scan = (bytes: Uint8Array, start: number, end: number): boolean => {
    for (let field = 0; field < count; field++) starts[field] = -1;
    let at = skipSpace(bytes, start, end);
    if (at >= end || bytes[at] !== BRACE) return false;
    at = skipSpace(bytes, at + 1, end);
    for (let member = 0; ; member++) {
      if (at >= end || bytes[at] !== QUOTE) return false;
      const keyStart = at + 1;
      const field = keys.fieldAt(bytes, keyStart, end, member);
      at = field === OTHER ? skipPlain(bytes, keyStart, end) : keyStart + keys.lengths[field]!;
      // An escaped key may be another spelling of a field's name.
      if (at >= end || bytes[at] !== QUOTE) return false;
      at = skipColon(bytes, at + 1, end);
      if (at === NOT_JSON) return false;
      at = field === OTHER ? skipValue(bytes, at, end) : takeField(bytes, field, at, end);
      if (at === NOT_JSON) return false;
      at = skipSpace(bytes, at, end);
      if (at >= end) return false;
      if (bytes[at] === BRACE_END) break;
      if (bytes[at] !== COMMA) return false;
      at = skipSpace(bytes, at + 1, end);
    }
    if (skipSpace(bytes, at + 1, end) !== end) return false;
    for (let field = 0; field < count; field++) {
      if (starts[field]! < 0 && required[field] === 1) return false;
    }
    return true;
  };
  return { scan, starts, ends, seconds };
}

/** Finds the field that a key names. Events of one topic mostly have the same keys in the same order. */
function createKeyTable(names: readonly string[]) {
  const keys = names.map((name) => new TextEncoder().encode(name));
  const lengths = Int32Array.from(keys, (key) => key.length);
  const remembered = new Int32Array(KEYS_REMEMBERED).fill(OTHER);

  const isKey = (field: number, bytes: Uint8Array, from: number, end: number): boolean => {
    const key = keys[field]!;
    const length = lengths[field]!;
    if (from + length >= end || bytes[from + length] !== QUOTE) return false;
    for (let index = 0; index < length; index++) {
      if (bytes[from + index] !== key[index]) return false;
    }
    return true;
  };
  const fieldAt = (bytes: Uint8Array, from: number, end: number, member: number): number => {
    const guess = member < KEYS_REMEMBERED ? remembered[member]! : OTHER;
    if (guess !== OTHER && isKey(guess, bytes, from, end)) return guess;
    for (let field = 0; field < names.length; field++) {
      if (isKey(field, bytes, from, end)) {
        if (member < KEYS_REMEMBERED) remembered[member] = field;
        return field;
      }
    }
    return OTHER;
  };
  return { lengths, fieldAt };
}
