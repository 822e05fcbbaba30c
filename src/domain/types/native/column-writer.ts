import type { Buffer } from 'node:buffer';
import type { FAULT, ValueFault } from '../value-fault.js';
import { ByteColumn } from './byte-column.js';
import type { EncodedParts } from './encoded-parts.js';

const NULL_START = 0x6e;

/**
 * Values of one type, on their way into a `Native` block. Three ways lead in: a value of a JSON text, a plain text, and a
 * JavaScript value. One that can't be stored gives `FAULT`, raises the fault and may leave half of itself behind: the
 * caller rolls back to its mark.
 *
 * A class for each type rather than closures: one instance stays for many blocks, and the engine compiles it once.
 */
export abstract class ColumnWriter {
  protected readonly fault: ValueFault;

  constructor(fault: ValueFault) {
    this.fault = fault;
  }

  /** The JSON value that starts at `at`, of a text whose grammar has been checked. Gives the position behind it. */
  abstract appendJson(bytes: Buffer, at: number): number;
  /** The value that a plain text spells: a record's key, a header, a Map's key. Gives `end`. */
  abstract appendText(bytes: Buffer, start: number, end: number): number;
  /** A value of a transform, of Avro or Protobuf, or a default. Anything but `FAULT` is a success. */
  abstract appendValue(value: unknown): number;
  /** What ClickHouse stores where nothing is given. */
  abstract appendZero(): void;
  /** Values that are encoded already: takes the parts of this type. They are no values of the row that was begun last. */
  abstract appendEncoded(parts: EncodedParts): void;
  /** A row begins here. */
  abstract mark(): void;
  /** Takes back all that was appended since the mark. */
  abstract rollback(): void;
  abstract clear(): void;
  /** The `count` values since the mark, as a transform sees them: one for the row, more inside of an array. */
  abstract recent(count: number): unknown[];
  /** The type as it is sent, which the values decide: LowCardinality with too many keys is sent without. */
  abstract sentType(): string;
  /** What stands before all data of the column, in the order of the types in it. */
  abstract prefix(out: Buffer[]): void;
  /** The data, without copies: valid until the next append. */
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

/** A type whose values lie one after the other in a single column. */
export abstract class ScalarWriter extends ColumnWriter {
  readonly column = new ByteColumn();
  /** Stands before all values; scalars have none. */
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

  /** The value whose bytes start there, as a transform sees it. */
  abstract valueAt(at: number): unknown;
  /** Bytes of the value that starts there. */
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
}
