import { Buffer } from 'node:buffer';
import { endOfString, QUOTE, StringToken } from './string-token.js';

const BACKSLASH = 0x5c;

/** Members of one object whose key is guessed from the object before; further ones are looked up. */
const MAX_GUESSES = 64;
/** Key that is none of the table's. */
export const OTHER_KEY = -1;

const token = new StringToken();

/** Tells which of some keys a text has at a place. Objects of one kind mostly have the same keys in the same order. */
export class KeyTable {
  /** Behind the closing quote of the key that was looked up last. */
  behind = 0;
  private readonly keys: readonly Buffer[];
  private readonly places: ReadonlyMap<string, number>;
  private readonly guesses = new Int32Array(MAX_GUESSES).fill(OTHER_KEY);

  constructor(names: readonly string[]) {
    this.keys = names.map((name) => Buffer.from(name));
    this.places = new Map(names.map((name, index) => [name, index]));
  }

  /** The index of the key whose opening quote is at `at`, as member number `member` of its object. */
  find(bytes: Buffer, at: number, member: number): number {
    const guess = member < MAX_GUESSES ? this.guesses[member]! : OTHER_KEY;
    if (guess >= 0 && this.isAt(guess, bytes, at + 1)) {
      this.behind = at + 2 + this.keys[guess]!.length;
      return guess;
    }
    const behind = endOfString(bytes, at);
    this.behind = behind;
    const found = this.places.get(keyText(bytes, at, behind)) ?? OTHER_KEY;
    if (member < MAX_GUESSES) this.guesses[member] = found;
    return found;
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

/** A key of a checked text, from its opening quote to behind its closing one, escapes resolved. */
export function keyText(bytes: Buffer, at: number, behind: number): string {
  if (bytes.subarray(at, behind).includes(BACKSLASH)) {
    token.read(bytes, at);
    return token.text();
  }
  return bytes.toString('utf8', at + 1, behind - 1);
}
