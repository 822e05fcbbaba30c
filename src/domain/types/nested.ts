import type { Buffer } from 'node:buffer';
import { ArrayWriter } from './array.js';
import type { ColumnType, TypeFamily } from './column-type.js';
import { innerTypes } from './text/type-node.js';
import { printName } from './text/print-type.js';
import { elementsOf, namesOf, TupleWriter } from './tuple.js';
import { wrongArguments } from './type-arguments.js';
import type { ValueFault } from './value-fault.js';

/**
 * Nested(a A, b B) is an Array of named Tuples. With `flatten_nested`, a table has a column `n.a Array(A)` for each element
 * instead. The table determines which, so the writer supports both.
 */
export const nested: TypeFamily = {
  names: ['Nested'],
  rule: {
    types: 'Nested(a A, b B)',
    accepts: 'what Array(Tuple(a A, b B)) accepts',
    rejectedAs: ['wrong_type', 'missing_field', 'null_value'],
    reads: {},
    inJavaScript: 'array of objects',
  },
  create(node, createInner): ColumnType {
    const names = namesOf(node);
    if (names.length === 0) throw wrongArguments(node, 'needs names for its elements');
    const inner = innerTypes(node).map(createInner);
    const elements = inner.map(({ text }, index) => `${printName(names[index]!)} ${text}`);
    return {
      node,
      text: `Nested(${elements.join(', ')})`,
      layout: { kind: 'array', of: { kind: 'tuple', of: inner.map(({ layout }) => layout) } },
      reads: [...new Set(inner.flatMap(({ reads }) => reads))],
      isNullable: false,
      canBeNullable: false,
      canBeLowCardinality: false,
      createWriter: (options) =>
        new NestedWriter(
          names,
          new TupleWriter(names, elementsOf(inner, options), options.fault),
          options.fault,
        ),
    };
  },
};

/** One of the columns of a flattened Nested. */
export interface FlatColumn {
  readonly name: string;
  readonly type: string;
  readonly parts: readonly Buffer[];
}

export class NestedWriter extends ArrayWriter {
  private readonly names: readonly string[];
  private readonly tuples: TupleWriter;

  constructor(names: readonly string[], tuples: TupleWriter, fault: ValueFault) {
    super(tuples, fault);
    this.names = names;
    this.tuples = tuples;
  }

  override sentType(): string {
    return this.tuples.sentType().replace('Tuple', 'Nested');
  }

  /** The elements as separate columns. All of them have the same list ends. */
  flattened(): readonly FlatColumn[] {
    return this.tuples.elements.map(({ writer }, index) => {
      const parts: Buffer[] = [];
      writer.prefix(parts);
      parts.push(this.ends.column.appended());
      writer.data(parts);
      return { name: this.names[index]!, type: `Array(${writer.sentType()})`, parts };
    });
  }
}
