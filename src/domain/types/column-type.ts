import type { Layout } from './native/layout.js';
import { type ColumnWriter, ScalarWriter } from './native/column-writer.js';
import type { TypeNode } from './text/type-node.js';
import type { ValueFault } from './value-fault.js';
import type { ReadVariant, ValueRule } from './value-rule.js';

/** One type of a column, with its parameters. */
export interface ColumnType {
  readonly node: TypeNode;
  /** In ClickHouse's own spelling. */
  readonly text: string;
  readonly layout: Layout;
  /** Spellings that a column of this type can ask for; of a container those of the values in it. */
  readonly reads: readonly ReadVariant[];
  /** NULL can be stored. */
  readonly isNullable: boolean;
  /** `Nullable(T)` is a type of ClickHouse. */
  readonly canBeNullable: boolean;
  /** `LowCardinality(T)` is a type of ClickHouse. */
  readonly canBeLowCardinality: boolean;
  createWriter(options: WriterOptions): ColumnWriter;
}

export interface WriterOptions {
  /** Told of every value that can't be stored. */
  readonly fault: ValueFault;
  /** How the values are spelt; left out, as the type spells them. */
  readonly read?: ReadVariant | undefined;
}

/** Types that are made alike: a file of this folder, and a line in the list of `families.ts`. */
export interface TypeFamily {
  /** Names of the types, as ClickHouse spells them. */
  readonly names: readonly string[];
  /** What the docs say of its values; null for a family that only refuses. */
  readonly rule: ValueRule | null;
  /** Throws `UnsupportedTypeError` where the parameters are wrong, or Millrace does not store such values. */
  create(node: TypeNode, createInner: (node: TypeNode) => ColumnType): ColumnType;
}

/** A type that ClickHouse or Millrace does not know, or can't store values of. The message is a sentence for the user. */
export class UnsupportedTypeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnsupportedTypeError';
  }
}

/** The writer of a type whose values lie in a single column: the keys of a LowCardinality or Map. */
export function scalarWriterOf(type: ColumnType, options: WriterOptions): ScalarWriter {
  const writer = type.createWriter(options);
  if (writer instanceof ScalarWriter) return writer;
  throw new Error(`${type.text} is not made of a single column`);
}
