import type { Layout } from './native/layout.js';
import { type ColumnWriter, ScalarWriter } from './native/column-writer.js';
import type { TypeNode } from './text/type-node.js';
import type { ValueFault } from './value-fault.js';
import type { ReadVariant, ValueRule } from './value-rule.js';

/** A column type with its parameters. */
export interface ColumnType {
  readonly node: TypeNode;
  /** In ClickHouse's own spelling. */
  readonly text: string;
  readonly layout: Layout;
  /** Spellings that a column of this type can select. For a container: the spellings of the values in it. */
  readonly reads: readonly ReadVariant[];
  /** Whether NULL can be stored. */
  readonly isNullable: boolean;
  /** Whether `Nullable(T)` is a type of ClickHouse. */
  readonly canBeNullable: boolean;
  /** Whether `LowCardinality(T)` is a type of ClickHouse. */
  readonly canBeLowCardinality: boolean;
  createWriter(options: WriterOptions): ColumnWriter;
}

export interface WriterOptions {
  /** Receives the reason for every value that can't be stored. */
  readonly fault: ValueFault;
  /** How the values are represented. If left out, in the representation of the type. */
  readonly read?: ReadVariant | undefined;
}

/** Types with a common implementation. A family is a file in this folder and a line in the list of `families.ts`. */
export interface TypeFamily {
  /** Names of the types, as ClickHouse spells them. */
  readonly names: readonly string[];
  /** Documentation of the values. Null for a family of unsupported types. */
  readonly rule: ValueRule | null;
  /** Throws `UnsupportedTypeError` if the parameters are wrong, or if Millrace does not store such values. */
  create(node: TypeNode, createInner: (node: TypeNode) => ColumnType): ColumnType;
}

/** ClickHouse or Millrace does not know the type, or can't store its values. The message is a sentence for the user. */
export class UnsupportedTypeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnsupportedTypeError';
  }
}

/** The writer of a type whose values are in a single column, as the keys of a LowCardinality or Map are. */
export function scalarWriterOf(type: ColumnType, options: WriterOptions): ScalarWriter {
  const writer = type.createWriter(options);
  if (writer instanceof ScalarWriter) return writer;
  throw new Error(`${type.text} is not made of a single column`);
}
