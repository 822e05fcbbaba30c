import { Buffer } from 'node:buffer';
import { NOT_JSON, skipString } from './strings.js';
import { QUOTE, StringToken } from './string-token.js';

const BACKSLASH = 0x5c;

/** Members of one object whose key is guessed from the object before; further ones are looked up. */
const MAX_GUESSES = 64;
/** With more keys a map finds one faster than going through them. */
const MAX_COMPARED = 24;
/** Key that is none of the table's. */
export const OTHER_KEY = -1;

const token = new StringToken();

/** Tells which of some keys a text has at a place. Objects of one kind mostly have the same keys in the same order. */
export class KeyTable {
  /** Behind the closing quote of the key that was looked up last; `NOT_JSON` where it is no string of JSON. */
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
   * The index of the key whose opening quote is at `at`, as member number `member` of its object. Nothing of the text need
   * have been checked; nothing at `end` or behind belongs to it.
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
    // A guess is compared before the text is checked: bytes that need an escape would pass as they are.
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

/** Whether JSON can spell the key only with escapes. */
export function needsEscape(key: string): boolean {
  return JSON.stringify(key) !== `"${key}"`;
}

/** A key of a checked text, from its opening quote to behind its closing one, escapes resolved. */
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
