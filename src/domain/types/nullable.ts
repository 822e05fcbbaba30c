import type { Buffer } from 'node:buffer';
import { type ColumnType, type TypeFamily, UnsupportedTypeError } from './column-type.js';
import { ByteColumn } from './native/byte-column.js';
import { ColumnWriter } from './native/column-writer.js';
import type { EncodedParts } from './native/encoded-parts.js';
import { onlyInner } from './type-arguments.js';
import { FAULT, type ValueFault } from './value-fault.js';

export const nullable: TypeFamily = {
  names: ['Nullable'],
  rule: {
    types: 'Nullable(T)',
    accepts: 'what T accepts, and `null`; the field may also be missing',
    rejectedAs: [],
    reads: {},
    inJavaScript: 'what T is, or null',
  },
  create(node, createInner): ColumnType {
    const inner = createInner(onlyInner(node));
    if (!inner.canBeNullable) {
      throw new UnsupportedTypeError(
        `Nullable(${inner.text}): ClickHouse has no Nullable of ${inner.node.name}`,
      );
    }
    return {
      node,
      text: `Nullable(${inner.text})`,
      layout: { kind: 'nullable', of: inner.layout },
      reads: inner.reads,
      isNullable: true,
      canBeNullable: false,
      canBeLowCardinality: inner.canBeLowCardinality,
      createWriter: (options) => new NullableWriter(inner.createWriter(options), options.fault),
    };
  },
};

const LETTER_N = 0x6e;

class NullableWriter extends ColumnWriter {
  private readonly nulls = new ByteColumn();
  private readonly inner: ColumnWriter;

  constructor(inner: ColumnWriter, fault: ValueFault) {
    super(fault);
    this.inner = inner;
  }

  appendJson(bytes: Buffer, at: number): number {
    if (bytes[at] === LETTER_N) {
      this.appendZero();
      return at + 4;
    }
    this.nulls.appendUInt8(0);
    return this.inner.appendJson(bytes, at);
  }

  appendText(bytes: Buffer, start: number, end: number): number {
    this.nulls.appendUInt8(0);
    return this.inner.appendText(bytes, start, end);
  }

  appendValue(value: unknown): number {
    if (value === null || value === undefined) {
      this.appendZero();
      return 0;
    }
    this.nulls.appendUInt8(0);
    return this.inner.appendValue(value) === FAULT ? FAULT : 0;
  }

  appendZero(): void {
    this.nulls.appendUInt8(1);
    this.inner.appendZero();
  }

  appendEncoded(parts: EncodedParts): void {
    const part = parts.taken++;
    this.nulls.appendBytes(parts.bytes, parts.starts[part]!, parts.ends[part]!);
    this.inner.appendEncoded(parts);
  }

  mark(): void {
    this.nulls.mark();
    this.inner.mark();
  }

  rollback(): void {
    this.nulls.rollback();
    this.inner.rollback();
  }

  clear(): void {
    this.nulls.clear();
    this.inner.clear();
  }

  rewind(): void {
    this.nulls.rewind();
    this.inner.rewind();
  }

  advance(count: number): void {
    this.nulls.marked += count;
    this.inner.advance(count);
  }

  appendFrom(source: this, count: number): void {
    const { nulls, inner } = source;
    this.nulls.appendBytes(nulls.bytes, nulls.marked, nulls.marked + count);
    this.inner.appendFrom(inner, count);
  }

  recent(count: number): unknown[] {
    const { bytes, marked } = this.nulls;
    return this.inner
      .recent(count)
      .map((value, index) => (bytes[marked + index] === 1 ? null : value));
  }

  sentType(): string {
    return `Nullable(${this.inner.sentType()})`;
  }

  prefix(out: Buffer[]): void {
    this.inner.prefix(out);
  }

  data(out: Buffer[]): void {
    out.push(this.nulls.appended());
    this.inner.data(out);
  }
}
