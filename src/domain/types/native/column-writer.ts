import type { Buffer } from 'node:buffer';
import { NULL_START } from '../json-text/first-bytes.js';
import type { FAULT, ValueFault } from '../value-fault.js';
import { ByteColumn } from './byte-column.js';
import type { EncodedParts } from './encoded-parts.js';

/**
 * Writes values of one type into a `Native` block. They may come from JSON text, plain text or JavaScript. If a value can't
 * be stored, the writer returns `FAULT`, raises the fault and may leave half of the value behind, so the caller rolls back
 * to its mark.
 *
 * A class for each type rather than closures: an instance is kept for many blocks, and V8 compiles it once.
 */
export abstract class ColumnWriter {
  protected readonly fault: ValueFault;

  constructor(fault: ValueFault) {
    this.fault = fault;
  }

  /** Appends the JSON value that starts at `at`, in a text whose grammar has been checked. Returns the position after it. */
  abstract appendJson(bytes: Buffer, at: number): number;
  /** Appends the value that a plain text spells: a record's key, a header, or a Map's key. Returns `end`. */
  abstract appendText(bytes: Buffer, start: number, end: number): number;
  /** Appends a value from a transform, Avro, Protobuf or a default. Any result other than `FAULT` is a success. */
  abstract appendValue(value: unknown): number;
  /** Appends what ClickHouse stores if no value is given. */
  abstract appendZero(): void;
  /** Takes this type's parts of values that are already encoded. They don't belong to the row that was begun last. */
  abstract appendEncoded(parts: EncodedParts): void;
  /** Begins a row. */
  abstract mark(): void;
  /** Removes everything that was appended since the mark. */
  abstract rollback(): void;
  abstract clear(): void;
  /** Moves the mark back to the first value. */
  abstract rewind(): void;
  /** Moves the mark forward by `count` values. */
  abstract advance(count: number): void;
  /** Appends `count` values of another writer of this type, from its mark on. */
  abstract appendFrom(source: this, count: number): void;
  /** The `count` values since the mark, as a transform sees them. A row has one; an array may have more. */
  abstract recent(count: number): unknown[];
  /** The type as it is sent, which depends on the values: a LowCardinality with too many keys is sent as its inner type. */
  abstract sentType(): string;
  /** Appends what precedes all data of the column, in the order of the types in it. */
  abstract prefix(out: Buffer[]): void;
  /** Appends the data, without copies. It is valid until the next append. */
  abstract data(out: Buffer[]): void;

  protected wrongType(bytes: Buffer, at: number, rule: string): typeof FAULT {
    const isNull = bytes[at] === NULL_START;
    return isNull ? this.fault.raiseNull(rule) : this.fault.raise('wrong_type', rule);
  }

  protected wrongValue(value: unknown, rule: string): typeof FAULT {
    if (value === undefined) return this.fault.raise('missing_field', 'is required');
    return value === null ? this.fault.raiseNull(rule) : this.fault.raise('wrong_type', rule);
  }
}

/** A type whose values are in a single column, one after the other. */
export abstract class ScalarWriter extends ColumnWriter {
  readonly column = new ByteColumn();
  /** Precedes all values. Scalars have none. */
  protected readonly prefixBytes: Buffer | null = null;
  private readonly type: string;

  constructor(type: string, fault: ValueFault) {
    super(fault);
    this.type = type;
  }

  appendEncoded(parts: EncodedParts): void {
    const part = parts.taken++;
    this.column.appendBytes(parts.bytes, parts.starts[part] ?? 0, parts.ends[part] ?? 0);
  }

  mark(): void {
    this.column.mark();
  }

  rollback(): void {
    this.column.rollback();
  }

  clear(): void {
    this.column.clear();
  }

  rewind(): void {
    this.column.rewind();
  }

  advance(count: number): void {
    this.column.marked = this.behind(count);
  }

  appendFrom(source: this, count: number): void {
    const { bytes, marked } = source.column;
    this.column.appendBytes(bytes, marked, source.behind(count));
  }

  recent(count: number): unknown[] {
    const values: unknown[] = [];
    let at = this.column.marked;
    for (let index = 0; index < count; index++) {
      values.push(this.valueAt(at));
      at += this.sizeAt(at);
    }
    return values;
  }

  sentType(): string {
    return this.type;
  }

  prefix(out: Buffer[]): void {
    if (this.prefixBytes !== null) out.push(this.prefixBytes);
  }

  data(out: Buffer[]): void {
    out.push(this.column.appended());
  }

  /** The position after `count` values from the mark on. */
  protected behind(count: number): number {
    let at = this.column.marked;
    for (let index = 0; index < count; index++) at += this.sizeAt(at);
    return at;
  }

  /** The value whose bytes start at `at`, as a transform sees it. */
  abstract valueAt(at: number): unknown;
  /** Number of bytes of the value that starts at `at`. */
  abstract sizeAt(at: number): number;
}

/** A scalar whose values all have the same number of bytes. */
export abstract class FixedWriter extends ScalarWriter {
  protected readonly width: number;

  constructor(type: string, width: number, fault: ValueFault) {
    super(type, fault);
    this.width = width;
  }

  appendZero(): void {
    this.column.appendZeros(this.width);
  }

  sizeAt(): number {
    return this.width;
  }

  protected override behind(count: number): number {
    return this.column.marked + count * this.width;
  }
}
