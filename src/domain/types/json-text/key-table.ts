import { Buffer } from 'node:buffer';
import { NOT_JSON, skipString } from './strings.js';
import { QUOTE, StringToken } from './string-token.js';

const BACKSLASH = 0x5c;

/** Number of members of an object whose key is guessed from the previous object. The others are looked up. */
const MAX_GUESSES = 64;
/** With more keys, a map is faster than comparing one by one. */
const MAX_COMPARED = 24;
/** A key that is not in the table. */
export const OTHER_KEY = -1;

const token = new StringToken();

/** Finds a key of a fixed set in a text. Objects of one kind mostly have the same keys in the same order. */
export class KeyTable {
  /** Position after the closing quote of the last key. `NOT_JSON` if the key is not a JSON string. */
  behind = 0;
  private readonly keys: readonly Buffer[];
  private readonly needsEscape: readonly boolean[];
  private readonly places: ReadonlyMap<string, number>;
  private readonly guesses = new Int32Array(MAX_GUESSES).fill(OTHER_KEY);

  constructor(names: readonly string[]) {
    this.keys = names.map((name) => Buffer.from(name));
    this.needsEscape = names.map(needsEscape);
    this.places = new Map(names.map((name, index) => [name, index]));
  }

  /**
   * The index of the key whose opening quote is at `at`. It is member number `member` of its object. The text does not have
   * to be checked before. `end` is exclusive.
   */
  find(bytes: Buffer, at: number, { member, end }: { member: number; end: number }): number {
    const guess = member < MAX_GUESSES ? this.guesses[member]! : OTHER_KEY;
    if (guess >= 0 && this.isAt(guess, bytes, at + 1)) {
      this.behind = at + 2 + this.keys[guess]!.length;
      return guess;
    }
    this.behind = skipString(bytes, at + 1, end);
    if (this.behind === NOT_JSON) return OTHER_KEY;
    const found = this.lookUp(bytes, at, this.behind);
    // A guess is compared before the text is checked, and would accept unescaped bytes that JSON requires to be escaped.
    if (member < MAX_GUESSES)
      this.guesses[member] = this.needsEscape[found] === true ? OTHER_KEY : found;
    return found;
  }

  private lookUp(bytes: Buffer, at: number, behind: number): number {
    const { keys } = this;
    const isSpeltOut = keys.length <= MAX_COMPARED && !hasEscape(bytes, at, behind);
    if (!isSpeltOut) return this.places.get(keyText(bytes, at, behind)) ?? OTHER_KEY;
    const length = behind - at - 2;
    for (let index = 0; index < keys.length; index++) {
      if (keys[index]!.length === length && this.isAt(index, bytes, at + 1)) return index;
    }
    return OTHER_KEY;
  }

  private isAt(index: number, bytes: Buffer, at: number): boolean {
    const key = this.keys[index]!;
    const { length } = key;
    if (bytes[at + length] !== QUOTE) return false;
    for (let place = 0; place < length; place++) {
      if (bytes[at + place] !== key[place]) return false;
    }
    return true;
  }
}

/** Whether JSON can only write the key with escapes. */
export function needsEscape(key: string): boolean {
  return JSON.stringify(key) !== `"${key}"`;
}

/** Text of a key in a checked text, between its opening and closing quote, with escapes resolved. */
export function keyText(bytes: Buffer, at: number, behind: number): string {
  if (!hasEscape(bytes, at, behind)) return bytes.toString('utf8', at + 1, behind - 1);
  token.read(bytes, at);
  return token.text();
}

function hasEscape(bytes: Buffer, from: number, end: number): boolean {
  for (let at = from; at < end; at++) {
    if (bytes[at] === BACKSLASH) return true;
  }
  return false;
}
