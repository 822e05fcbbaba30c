import { Buffer } from 'node:buffer';
import {
  type ColumnType,
  scalarWriterOf,
  type TypeFamily,
  UnsupportedTypeError,
} from './column-type.js';
import { ByteColumn } from './native/byte-column.js';
import { ColumnWriter, type ScalarWriter } from './native/column-writer.js';
import { Dictionary } from './native/dictionary.js';
import { type EncodedParts, nextWords } from './native/encoded-parts.js';
import { HAS_OWN_KEYS, LOW_CARDINALITY_PREFIX } from './native/layout.js';
import { innerTypes } from './text/type-node.js';
import { onlyInner } from './type-arguments.js';
import { FAULT, type ValueFault } from './value-fault.js';

/** With more keys in a block, a dictionary costs more than it saves. The column is then sent as its inner type. */
const MAX_KEYS = 16_384;

export const lowCardinality: TypeFamily = {
  names: ['LowCardinality'],
  rule: {
    types: 'LowCardinality(T)',
    accepts: 'what T accepts',
    rejectedAs: [],
    reads: {},
    inJavaScript: 'what T is',
  },
  create(node, createInner): ColumnType {
    const inner = createInner(onlyInner(node));
    if (!inner.canBeLowCardinality) {
      throw new UnsupportedTypeError(
        `LowCardinality(${inner.text}): ClickHouse has no LowCardinality of ${inner.node.name}`,
      );
    }
    const [nullableOf] = innerTypes(inner.node);
    const plain = inner.isNullable && nullableOf ? createInner(nullableOf) : inner;
    return {
      node,
      text: `LowCardinality(${inner.text})`,
      layout: { kind: 'low-cardinality', keys: plain.layout },
      reads: inner.reads,
      isNullable: inner.isNullable,
      canBeNullable: false,
      canBeLowCardinality: false,
      createWriter: (options) =>
        new LowCardinalityWriter(scalarWriterOf(plain, options), inner.isNullable, options.fault),
    };
  },
};

const LETTER_N = 0x6e;

class LowCardinalityWriter extends ColumnWriter {
  private readonly keys: ScalarWriter;
  private readonly isNullable: boolean;
  private readonly dictionary: Dictionary;
  /** A UInt32 for each value. They are narrowed when the column is sent. */
  private readonly indexes = new ByteColumn();

  constructor(keys: ScalarWriter, isNullable: boolean, fault: ValueFault) {
    super(fault);
    this.keys = keys;
    this.isNullable = isNullable;
    this.dictionary = new Dictionary(keys.column);
    this.clear();
  }

  appendJson(bytes: Buffer, at: number): number {
    if (this.isNullable && bytes[at] === LETTER_N) {
      this.indexes.appendInt32(0);
      return at + 4;
    }
    return this.took(this.keys.appendJson(bytes, at));
  }

  appendText(bytes: Buffer, start: number, end: number): number {
    return this.took(this.keys.appendText(bytes, start, end));
  }

  appendValue(value: unknown): number {
    if (this.isNullable && (value === null || value === undefined)) {
      this.indexes.appendInt32(0);
      return 0;
    }
    return this.took(this.keys.appendValue(value));
  }

  appendZero(): void {
    if (this.isNullable) this.indexes.appendInt32(0);
    else {
      this.keys.appendZero();
      this.took(0);
    }
  }

  appendEncoded(parts: EncodedParts): void {
    const indexes = nextWords(parts);
    const starts = nextWords(parts);
    parts.taken++;
    const places = Array.from({ length: starts.length - 1 }, (_, key) => {
      if (this.isNullable && key === 0) return 0;
      this.keys.column.appendBytes(parts.bytes, starts[key]!, starts[key + 1]!);
      return this.dictionary.indexOfLast();
    });
    for (const index of indexes) this.indexes.appendInt32(places[index]!);
  }

  mark(): void {
    this.indexes.mark();
  }

  /** Keys stay, because a key that no row uses does no harm. */
  rollback(): void {
    this.indexes.rollback();
  }

  clear(): void {
    this.indexes.clear();
    this.keys.clear();
    this.dictionary.clear();
    // Key 0 of a Nullable stands for NULL.
    if (this.isNullable) {
      this.keys.appendZero();
      this.dictionary.reserveFirst();
    }
  }

  rewind(): void {
    this.indexes.rewind();
  }

  advance(count: number): void {
    this.indexes.marked += count * 4;
  }

  appendFrom(source: this, count: number): void {
    const { indexes, keys, dictionary } = source;
    for (let row = 0; row < count; row++) {
      const index = indexes.bytes.readUInt32LE(indexes.marked + row * 4);
      if (this.isNullable && index === 0) {
        this.indexes.appendInt32(0);
        continue;
      }
      const start = dictionary.startOf(index);
      this.keys.column.appendBytes(keys.column.bytes, start, start + keys.sizeAt(start));
      this.took(0);
    }
  }

  recent(count: number): unknown[] {
    const { bytes, marked } = this.indexes;
    return Array.from({ length: count }, (_, row) => {
      const index = bytes.readUInt32LE(marked + row * 4);
      const isNull = this.isNullable && index === 0;
      return isNull ? null : this.keys.valueAt(this.dictionary.startOf(index));
    });
  }

  sentType(): string {
    const inner = this.isNullable ? `Nullable(${this.keys.sentType()})` : this.keys.sentType();
    return this.hasDictionary() ? `LowCardinality(${inner})` : inner;
  }

  prefix(out: Buffer[]): void {
    if (this.hasDictionary()) out.push(wordOf(LOW_CARDINALITY_PREFIX));
  }

  data(out: Buffer[]): void {
    const rows = this.indexes.length / 4;
    if (!this.hasDictionary()) {
      this.plainData(out);
      return;
    }
    // An Array of empty arrays has no values, and then the column has no data at all.
    if (rows === 0) return;
    const count = this.dictionary.count;
    const width = count <= 0x100 ? 0 : count <= 0x1_0000 ? 1 : 2;
    out.push(wordOf(HAS_OWN_KEYS + width), wordOf(count), this.keys.column.appended());
    out.push(wordOf(rows), width === 2 ? this.indexes.appended() : this.narrowed(width));
  }

  /** Takes the value that was appended after the last key. If the dictionary has it already, the appended bytes are removed. */
  private took(behind: number): number {
    if (behind === FAULT) {
      this.dictionary.dropLast();
      return FAULT;
    }
    this.indexes.appendInt32(this.dictionary.indexOfLast());
    return behind;
  }

  private hasDictionary(): boolean {
    return this.dictionary.count <= MAX_KEYS;
  }

  private narrowed(width: number): Buffer {
    const { bytes, length } = this.indexes;
    const narrow = Buffer.allocUnsafe((length / 4) * (width + 1));
    for (let at = 0, to = 0; at < length; at += 4) {
      narrow[to++] = bytes[at]!;
      if (width === 1) narrow[to++] = bytes[at + 1]!;
    }
    return narrow;
  }

  private plainData(out: Buffer[]): void {
    const { bytes, length } = this.indexes;
    const nulls = new ByteColumn();
    const values = new ByteColumn();
    for (let at = 0; at < length; at += 4) {
      const index = bytes.readUInt32LE(at);
      nulls.appendUInt8(index === 0 ? 1 : 0);
      const start = this.dictionary.startOf(index);
      values.appendBytes(this.keys.column.bytes, start, start + this.keys.sizeAt(start));
    }
    if (this.isNullable) out.push(nulls.appended());
    out.push(values.appended());
  }
}

function wordOf(value: number): Buffer {
  const word = Buffer.alloc(8);
  word.writeUInt32LE(value);
  return word;
}
