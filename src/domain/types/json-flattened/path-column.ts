import { Buffer } from 'node:buffer';
import { BRACKET, BRACKET_END, COMMA, toNext } from '../json-text/end-of-value.js';
import { FALSE_START, NULL_START, TRUE_START } from '../json-text/first-bytes.js';
import { QUOTE, StringToken } from '../json-text/string-token.js';
import { ByteColumn } from '../native/byte-column.js';
import { ArrayKind } from './array-kind.js';
import {
  BOOL,
  BOOLS,
  EMPTY_GOES_TO,
  FLOAT,
  FLOATS,
  INT,
  INTS,
  type Kind,
  KINDS,
  type Limits,
  OBJECTS,
  STRING,
  STRINGS,
  typeOf,
} from './kinds.js';
import { ListColumn } from './list-column.js';
import { uint64, utf8, varint } from '../native/native-words.js';
import { NumberValue } from './number-value.js';
import { Unsure } from './unsure.js';

const BACKSLASH = 0x5c;

const FIRST_ROWS = 256;
/** The version of a flattened Dynamic. */
const FLATTENED = 3;

const token = new StringToken();
const number = new NumberValue();
const array = new ArrayKind();

/** Objects in the arrays of a path. */
export interface NestedObjects {
  /** Adds the object at `at`. Returns the position after it. */
  add(bytes: Buffer, at: number): number;
  prefix(out: Buffer[]): void;
  data(out: Buffer[]): void;
}

export interface PathOptions {
  /** Of the object that has the path. */
  readonly limits: Limits;
  /** Whether the server keeps an integer whose path held only fractions before. */
  readonly keepsIntegers: boolean;
  createObjects(): NestedObjects;
}

/**
 * The values of one path, those of each kind in a column of their own. It has to choose the kind that ClickHouse would choose
 * for the same rows in the same order, because ClickHouse prefers a kind that the path already has. Where that depends on the
 * server, it throws `Unsure`.
 */
export class PathColumn {
  private readonly options: PathOptions;
  /** The kind of the value in each row. */
  private kinds = new Uint8Array(FIRST_ROWS);
  private rows = 0;
  private readonly scalars: (ByteColumn | undefined)[] = new Array<undefined>(KINDS);
  private readonly lists: (ListColumn | undefined)[] = new Array<undefined>(KINDS);
  private objects: NestedObjects | null = null;
  private count = 0;

  constructor(options: PathOptions) {
    this.options = options;
  }

  /** Adds the value that starts at `at`, which is neither null nor an object. Returns the position after it. */
  take(bytes: Buffer, at: number, row: number): number {
    const first = bytes[at]!;
    if (first === QUOTE) return this.takeString(bytes, at, row);
    if (first === BRACKET) return this.takeArray(bytes, at, row);
    if (first === TRUE_START || first === FALSE_START) {
      return appendBool(this.scalar(BOOL, row), bytes, at);
    }
    number.read(bytes, at);
    if (!number.isInteger) number.appendFloat(this.scalar(FLOAT, row));
    else {
      const isFirst = this.scalars[INT] === undefined && this.scalars[FLOAT] !== undefined;
      if (isFirst && !this.options.keepsIntegers) throw new Unsure();
      number.appendInteger(this.scalar(INT, row));
    }
    return number.next;
  }

  prefix(out: Buffer[]): void {
    const { limits } = this.options;
    const kinds = this.sortedKinds();
    out.push(uint64(FLATTENED), varint(kinds.length));
    for (const kind of kinds) out.push(utf8(typeOf(kind, limits)));
    this.objects?.prefix(out);
  }

  data(out: Buffer[], rows: number): void {
    const kinds = this.sortedKinds();
    const places = new Uint8Array(KINDS).fill(kinds.length);
    kinds.forEach((kind, place) => (places[kind] = place));
    const perRow = Buffer.allocUnsafe(rows).fill(kinds.length, this.rows);
    for (let row = 0; row < this.rows; row++) perRow[row] = places[this.kinds[row]!]!;
    out.push(perRow);
    for (const kind of kinds) {
      const scalars = this.scalars[kind];
      if (scalars !== undefined) out.push(scalars.appended());
      this.lists[kind]?.data(out, { withNulls: kind !== OBJECTS });
      if (kind === OBJECTS) this.objects?.data(out);
    }
  }

  private takeString(bytes: Buffer, at: number, row: number): number {
    let end = at + 1;
    while (bytes[end] !== QUOTE && bytes[end] !== BACKSLASH) end++;
    const column = this.scalar(STRING, row);
    if (bytes[end] === QUOTE) {
      column.appendString(bytes, at + 1, end);
      return end + 1;
    }
    return appendToken(column, bytes, at);
  }

  private takeArray(bytes: Buffer, start: number, row: number): number {
    array.read(bytes, start);
    const { hasNulls } = array;
    const kind = array.kind ?? this.kindOfEmpty();
    // ClickHouse would store an empty object, or a type of its own.
    if (kind === OBJECTS && hasNulls) throw new Unsure();
    // ClickHouse would round integers to the fractions that the path had before.
    if (kind === INTS && this.lists[INTS] === undefined && this.lists[FLOATS] !== undefined) {
      throw new Unsure();
    }
    const list = this.list(kind, row);
    let at = toNext(bytes, start + 1);
    while (bytes[at] !== BRACKET_END) {
      const isNull = bytes[at] === NULL_START;
      list.appendElement(isNull);
      at = toNext(bytes, isNull ? appendNull(list, kind, at) : this.element(list, kind, bytes, at));
      if (bytes[at] === COMMA) at = toNext(bytes, at + 1);
    }
    list.end();
    return at + 1;
  }

  private kindOfEmpty(): Kind {
    return EMPTY_GOES_TO.find((kind) => this.lists[kind] !== undefined) ?? STRINGS;
  }

  private element(list: ListColumn, kind: Kind, bytes: Buffer, at: number): number {
    const { values } = list;
    if (kind === STRINGS) return appendToken(values, bytes, at);
    if (kind === BOOLS) return appendBool(values, bytes, at);
    if (kind === OBJECTS) return (this.objects ??= this.options.createObjects()).add(bytes, at);
    number.read(bytes, at);
    if (kind === INTS) number.appendInteger(values);
    else number.appendFloat(values);
    return number.next;
  }

  private scalar(kind: Kind, row: number): ByteColumn {
    this.setKind(kind, row);
    const known = this.scalars[kind];
    if (known !== undefined) return known;
    this.addKind();
    return (this.scalars[kind] = new ByteColumn());
  }

  private list(kind: Kind, row: number): ListColumn {
    this.setKind(kind, row);
    const known = this.lists[kind];
    if (known !== undefined) return known;
    this.addKind();
    return (this.lists[kind] = new ListColumn());
  }

  private addKind(): void {
    if (++this.count > this.options.limits.types) throw new Unsure();
  }

  private setKind(kind: Kind, row: number): void {
    // The path has a value in this row already.
    if (row < this.rows) throw new Unsure();
    if (row >= this.kinds.length) {
      const larger = new Uint8Array(Math.max(this.kinds.length * 2, row + 1));
      larger.set(this.kinds);
      this.kinds = larger;
    }
    this.kinds[row] = kind;
    this.rows = row + 1;
  }

  /** By the names of their types, as ClickHouse sorts them. */
  private sortedKinds(): readonly Kind[] {
    const { limits } = this.options;
    const all = Array.from({ length: KINDS }, (_, kind) => kind as Kind);
    return all
      .filter((kind) => this.scalars[kind] !== undefined || this.lists[kind] !== undefined)
      .map((kind) => ({ kind, type: typeOf(kind, limits) }))
      .sort((a, b) => (a.type < b.type ? -1 : 1))
      .map(({ kind }) => kind);
  }
}

function appendBool(to: ByteColumn, bytes: Buffer, at: number): number {
  const isTrue = bytes[at] === TRUE_START;
  to.appendUInt8(isTrue ? 1 : 0);
  return at + (isTrue ? 4 : 5);
}

function appendToken(to: ByteColumn, bytes: Buffer, at: number): number {
  token.read(bytes, at);
  to.appendString(token.source, token.start, token.end);
  return token.next;
}

/** A null element has a value too, which nobody reads. Returns the position after the null. */
function appendNull({ values }: ListColumn, kind: Kind, at: number): number {
  const width = kind === STRINGS || kind === BOOLS ? 1 : 8;
  values.appendZeros(width);
  return at + 4;
}
