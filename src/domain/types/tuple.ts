import type { Buffer } from 'node:buffer';
import type { ColumnType, TypeFamily } from './column-type.js';
import {
  BRACE,
  BRACE_END,
  BRACKET,
  BRACKET_END,
  endOfValue,
  toNext,
  toValue,
} from './json-text/end-of-value.js';
import { KeyTable, OTHER_KEY } from './json-text/key-table.js';
import { ColumnWriter } from './native/column-writer.js';
import type { EncodedParts } from './native/encoded-parts.js';
import { printName } from './text/print-type.js';
import { innerTypes, membersOf, type TypeNode } from './text/type-node.js';
import { wrongArguments } from './type-arguments.js';
import { FAULT, type ValueFault } from './value-fault.js';

export const tuple: TypeFamily = {
  names: ['Tuple'],
  rule: {
    types: 'Tuple(a A, b B), Tuple(A, B)',
    accepts:
      'with names: an object by the names of the elements (other fields are ignored), or an array by position; without names: ' +
      'an array by position. An element may be missing if its type is Nullable. If a key occurs twice, the last one counts',
    rejectedAs: ['wrong_type', 'missing_field', 'null_value'],
    reads: {},
    inJavaScript: 'object by names, or array',
  },
  create(node, createInner): ColumnType {
    const names = namesOf(node);
    const inner = innerTypes(node).map(createInner);
    return {
      node,
      text: `Tuple(${elementTexts(
        names,
        inner.map(({ text }) => text),
      )})`,
      layout: { kind: 'tuple', of: inner.map(({ layout }) => layout) },
      reads: [...new Set(inner.flatMap(({ reads }) => reads))],
      isNullable: false,
      canBeNullable: false,
      canBeLowCardinality: false,
      createWriter: (options) => new TupleWriter(names, elementsOf(inner, options), options.fault),
    };
  },
};

/** The names of the elements. Empty if they have none. */
export function namesOf(node: TypeNode): readonly string[] {
  const names = membersOf(node).map(({ name }) => name);
  if (node.args.length === 0 || innerTypes(node).length !== node.args.length) {
    throw wrongArguments(node, 'needs the types of its elements');
  }
  if (names.length !== 0 && names.length !== node.args.length) {
    throw wrongArguments(node, 'needs names for all of its elements or for none');
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw wrongArguments(node, `has the element ${twice} twice`);
  return names;
}

export interface TupleElement {
  readonly writer: ColumnWriter;
  readonly isNullable: boolean;
}

export function elementsOf(
  types: readonly ColumnType[],
  options: Parameters<ColumnType['createWriter']>[0],
): readonly TupleElement[] {
  return types.map((type) => ({
    // The spelling applies to the elements that have it. The others keep their own.
    writer: type.createWriter({
      ...options,
      read:
        options.read !== undefined && type.reads.includes(options.read) ? options.read : undefined,
    }),
    isNullable: type.isNullable,
  }));
}

function elementTexts(names: readonly string[], types: readonly string[]): string {
  return types
    .map((type, index) => (names.length === 0 ? type : `${printName(names[index]!)} ${type}`))
    .join(', ');
}

const MISSING = -1;

export class TupleWriter extends ColumnWriter {
  readonly elements: readonly TupleElement[];
  private readonly names: readonly string[];
  private readonly keys: KeyTable;
  /** Where the value of each element starts in the object that is being read. */
  private readonly starts: Int32Array;
  private readonly rule: string;

  constructor(names: readonly string[], elements: readonly TupleElement[], fault: ValueFault) {
    super(fault);
    this.names = names;
    this.elements = elements;
    this.keys = new KeyTable(names);
    this.starts = new Int32Array(elements.length);
    const list = `an array of ${elements.length} elements`;
    this.rule = names.length === 0 ? `must be ${list}` : `must be an object or ${list}`;
  }

  appendJson(bytes: Buffer, at: number): number {
    if (bytes[at] === BRACE && this.names.length > 0) return this.appendObject(bytes, at);
    return bytes[at] === BRACKET
      ? this.appendList(bytes, at)
      : this.wrongType(bytes, at, this.rule);
  }

  appendText(): number {
    return this.fault.raise('wrong_type', this.rule);
  }

  appendValue(value: unknown): number {
    if (Array.isArray(value)) {
      const isWhole = value.length === this.elements.length;
      return isWhole ? this.appendValues(value) : this.fault.raise('wrong_type', this.rule);
    }
    if (typeof value !== 'object' || value === null || this.names.length === 0) {
      return this.wrongValue(value, this.rule);
    }
    const members = value as Readonly<Record<string, unknown>>;
    return this.appendValues(
      this.names.map((name) => (Object.hasOwn(members, name) ? members[name] : undefined)),
    );
  }

  appendZero(): void {
    for (const { writer } of this.elements) writer.appendZero();
  }

  appendEncoded(parts: EncodedParts): void {
    for (const { writer } of this.elements) writer.appendEncoded(parts);
  }

  mark(): void {
    for (const { writer } of this.elements) writer.mark();
  }

  rollback(): void {
    for (const { writer } of this.elements) writer.rollback();
  }

  clear(): void {
    for (const { writer } of this.elements) writer.clear();
  }

  rewind(): void {
    for (const { writer } of this.elements) writer.rewind();
  }

  advance(count: number): void {
    for (const { writer } of this.elements) writer.advance(count);
  }

  appendFrom(source: this, count: number): void {
    const { elements } = source;
    for (const [index, { writer }] of this.elements.entries()) {
      writer.appendFrom(elements[index]!.writer, count);
    }
  }

  recent(count: number): unknown[] {
    const columns = this.elements.map(({ writer }) => writer.recent(count));
    return Array.from({ length: count }, (_, row) => {
      const values = columns.map((column) => column[row]);
      if (this.names.length === 0) return values;
      return Object.fromEntries(this.names.map((name, index) => [name, values[index]]));
    });
  }

  sentType(): string {
    return `Tuple(${elementTexts(
      this.names,
      this.elements.map(({ writer }) => writer.sentType()),
    )})`;
  }

  prefix(out: Buffer[]): void {
    for (const { writer } of this.elements) writer.prefix(out);
  }

  data(out: Buffer[]): void {
    for (const { writer } of this.elements) writer.data(out);
  }

  private appendObject(bytes: Buffer, start: number): number {
    const { starts, keys, elements } = this;
    starts.fill(MISSING);
    let at = toNext(bytes, start + 1);
    for (let member = 0; bytes[at] !== BRACE_END; member++) {
      const key = keys.find(bytes, at, { member, end: bytes.length });
      const value = toValue(bytes, keys.behind);
      if (key !== OTHER_KEY) starts[key] = value;
      at = toNext(bytes, endOfValue(bytes, value));
      if (bytes[at] !== BRACE_END) at = toNext(bytes, at + 1);
    }
    for (let index = 0; index < elements.length; index++) {
      const { writer, isNullable } = elements[index]!;
      const value = starts[index]!;
      if (value !== MISSING) {
        if (writer.appendJson(bytes, value) === FAULT)
          return this.fault.within(this.placeOf(index));
      } else if (isNullable) writer.appendZero();
      else {
        this.fault.raise('missing_field', 'is required');
        return this.fault.within(this.placeOf(index));
      }
    }
    return at + 1;
  }

  private appendList(bytes: Buffer, start: number): number {
    const { elements } = this;
    let at = toNext(bytes, start + 1);
    for (let index = 0; index < elements.length; index++) {
      if (bytes[at] === BRACKET_END) return this.fault.raise('wrong_type', this.rule);
      const behind = elements[index]!.writer.appendJson(bytes, at);
      if (behind === FAULT) return this.fault.within(this.placeOf(index));
      at = toNext(bytes, behind);
      const isLast = index === elements.length - 1;
      if (isLast !== (bytes[at] === BRACKET_END)) return this.fault.raise('wrong_type', this.rule);
      if (!isLast) at = toNext(bytes, at + 1);
    }
    return at + 1;
  }

  private appendValues(values: readonly unknown[]): number {
    for (const [index, { writer }] of this.elements.entries()) {
      if (writer.appendValue(values[index]) === FAULT) {
        return this.fault.within(this.placeOf(index));
      }
    }
    return 0;
  }

  private placeOf(index: number): string {
    const name = this.names[index];
    return name === undefined ? `[${index}]` : `.${name}`;
  }
}
