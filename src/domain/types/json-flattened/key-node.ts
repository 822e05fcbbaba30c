import type { Buffer } from 'node:buffer';
import { keyText } from '../json-text/key-table.js';
import { endOfString, QUOTE } from '../json-text/string-token.js';
import type { PathColumn } from './path-column.js';

/** Number of members of an object whose key is guessed from the previous object. The others are looked up. */
const MAX_GUESSES = 256;

/** A key in objects at one place. It leads to a column where its values are scalars or arrays, and to more keys in objects. */
export class Key {
  readonly path: string;
  /** Bytes between the quotes, as the text has them. */
  readonly spelling: Uint8Array;
  column: PathColumn | null = null;
  objects: KeyNode | null = null;

  constructor(path: string, spelling: Uint8Array) {
    this.path = path;
    this.spelling = spelling;
  }
}

/** The keys of objects at one place. Objects of one kind mostly have the same keys in the same order. */
export class KeyNode {
  /** Position after the closing quote of the last key. */
  behind = 0;
  private readonly prefix: string;
  private readonly keys = new Map<string, Key>();
  private readonly guesses: (Key | undefined)[] = [];

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** The key whose opening quote is at `at`. It belongs to member number `member` of its object. */
  find(bytes: Buffer, at: number, member: number): Key {
    const guess = this.guesses[member];
    if (guess !== undefined && isAt(guess.spelling, bytes, at + 1)) {
      this.behind = at + 2 + guess.spelling.length;
      return guess;
    }
    this.behind = endOfString(bytes, at);
    const key = this.lookUp(bytes, at, this.behind);
    if (member < MAX_GUESSES) this.guesses[member] = key;
    return key;
  }

  private lookUp(bytes: Buffer, at: number, behind: number): Key {
    const spelling = bytes.toString('latin1', at + 1, behind - 1);
    const known = this.keys.get(spelling);
    if (known !== undefined) return known;
    const path = this.prefix + keyText(bytes, at, behind);
    const key = new Key(path, Uint8Array.prototype.slice.call(bytes, at + 1, behind - 1));
    this.keys.set(spelling, key);
    return key;
  }
}

function isAt(spelling: Uint8Array, bytes: Buffer, at: number): boolean {
  const { length } = spelling;
  if (bytes[at + length] !== QUOTE) return false;
  for (let place = 0; place < length; place++) {
    if (bytes[at + place] !== spelling[place]) return false;
  }
  return true;
}
