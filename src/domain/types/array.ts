import type { Buffer } from 'node:buffer';
import type { ColumnType, TypeFamily } from './column-type.js';
import { BRACKET, BRACKET_END, toNext } from './json-text/end-of-value.js';
import { ColumnWriter } from './native/column-writer.js';
import { type EncodedParts, nextWords } from './native/encoded-parts.js';
import { ListEnds } from './native/list-ends.js';
import { onlyInner } from './type-arguments.js';
import { FAULT, type ValueFault } from './value-fault.js';

export const array: TypeFamily = {
  names: ['Array'],
  rule: {
    types: 'Array(T)',
    accepts: 'a JSON array, each element as T accepts it; the path names the element: `items[2]`',
    rejectedAs: ['wrong_type', 'null_value'],
    reads: {},
    inJavaScript: 'array',
  },
  create(node, createInner): ColumnType {
    const inner = createInner(onlyInner(node));
    return {
      node,
      text: `Array(${inner.text})`,
      layout: { kind: 'array', of: inner.layout },
      reads: inner.reads,
      isNullable: false,
      canBeNullable: false,
      canBeLowCardinality: false,
      createWriter: (options) => new ArrayWriter(inner.createWriter(options), options.fault),
    };
  },
};

export class ArrayWriter extends ColumnWriter {
  readonly ends = new ListEnds();
  private readonly items: ColumnWriter;

  constructor(items: ColumnWriter, fault: ValueFault) {
    super(fault);
    this.items = items;
  }

  appendJson(bytes: Buffer, start: number): number {
    if (bytes[start] !== BRACKET) return this.wrongType(bytes, start, 'must be an array');
    let at = toNext(bytes, start + 1);
    let count = 0;
    while (bytes[at] !== BRACKET_END) {
      const behind = this.items.appendJson(bytes, at);
      if (behind === FAULT) return this.fault.within(`[${count}]`);
      count++;
      at = toNext(bytes, behind);
      if (bytes[at] !== BRACKET_END) at = toNext(bytes, at + 1);
    }
    this.ends.append(count);
    return at + 1;
  }

  appendText(): number {
    return this.fault.raise('wrong_type', 'must be an array, not plain text');
  }

  appendValue(value: unknown): number {
    if (!Array.isArray(value)) return this.wrongValue(value, 'must be an array');
    // An index rather than `every`, which skips the holes of a sparse array.
    for (let index = 0; index < value.length; index++) {
      if (this.items.appendValue(value[index]) === FAULT) return this.fault.within(`[${index}]`);
    }
    this.ends.append(value.length);
    return 0;
  }

  appendZero(): void {
    this.ends.append(0);
  }

  appendEncoded(parts: EncodedParts): void {
    for (const count of nextWords(parts)) this.ends.append(count);
    this.items.appendEncoded(parts);
  }

  mark(): void {
    this.ends.mark();
    this.items.mark();
  }

  rollback(): void {
    this.ends.rollback();
    this.items.rollback();
  }

  clear(): void {
    this.ends.clear();
    this.items.clear();
  }

  rewind(): void {
    this.ends.rewind();
    this.items.rewind();
  }

  advance(count: number): void {
    this.items.advance(this.ends.advance(count));
  }

  appendFrom(source: this, count: number): void {
    const { ends, items } = source;
    this.items.appendFrom(items, this.ends.appendFrom(ends, count));
  }

  recent(count: number): unknown[] {
    return this.ends.group(count, (total) => this.items.recent(total));
  }

  sentType(): string {
    return `Array(${this.items.sentType()})`;
  }

  prefix(out: Buffer[]): void {
    this.items.prefix(out);
  }

  data(out: Buffer[]): void {
    out.push(this.ends.column.appended());
    this.items.data(out);
  }
}
