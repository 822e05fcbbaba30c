import type { Buffer } from 'node:buffer';
import { columnTypeOf } from '../types/create-column-type.js';
import type { ColumnType } from '../types/column-type.js';
import type { ColumnWriter } from '../types/native/column-writer.js';
import type { EncodedParts, EncodedRows } from '../types/native/encoded-parts.js';
import { NestedWriter } from '../types/nested.js';
import { ValueFault } from '../types/value-fault.js';
import type { ReadVariant } from '../types/value-rule.js';
import type { ColumnSpec, ContractSpec } from './contract-spec.js';

/** A column of the row that is being written. */
export interface RowColumn {
  readonly spec: ColumnSpec;
  readonly type: ColumnType;
  readonly writer: ColumnWriter;
  /** NULL is sent to make ClickHouse evaluate the default. */
  readonly defaultsByServer: boolean;
}

/** Whether only the transform fills the column. */
export function isDerived({ spec: { from } }: RowColumn): boolean {
  return from.kind === 'transform';
}

/** Whether the column takes a field of the event, or all fields that no other column takes. */
export function isFromEvent({ from: { kind } }: ColumnSpec): boolean {
  return kind === 'event' || kind === 'rest';
}

/** A column of a block in `Native` format. */
export interface EncodedColumn {
  readonly name: string;
  /** Type under which it is sent. A LowCardinality with too many keys is sent as its inner type. */
  readonly type: string;
  /** Valid until the next row is appended. */
  readonly parts: readonly Buffer[];
}

/** Writes the columns of a contract, row by row, for many blocks. `clear` begins the next block. */
export class RowWriter implements EncodedRows {
  /** The columns that are sent, in the contract's order. */
  readonly columns: readonly RowColumn[];
  readonly fault = new ValueFault();
  private readonly fields: readonly RowColumn[];

  constructor({ columns }: ContractSpec) {
    this.columns = columns
      .filter(({ from }) => from.kind !== 'server')
      .map((spec) => this.columnOf(spec));
    this.fields = this.columns.filter(({ spec }) => isFromEvent(spec));
  }

  /** Begins a row. */
  mark(): void {
    for (const { writer } of this.columns) writer.mark();
  }

  /** Removes the row that was begun last, even if it is incomplete. */
  rollback(): void {
    for (const { writer } of this.columns) writer.rollback();
  }

  /** Appends to the columns that take something of the event. It begins no row. */
  appendEncoded(parts: EncodedParts): void {
    for (const { writer } of this.fields) writer.appendEncoded(parts);
  }

  clear(): void {
    for (const { writer } of this.columns) writer.clear();
  }

  /** Moves the marks back to the first row. */
  rewind(): void {
    for (const { writer } of this.columns) writer.rewind();
  }

  /**
   * The columns as they are sent. `flattened` names the Nested columns that the table stores as one column per element.
   * Without rows, columns have no bytes.
   */
  encode(rows: number, flattened: ReadonlySet<string> = new Set()): readonly EncodedColumn[] {
    return this.columns.flatMap(({ spec: { name }, writer }) => {
      if (writer instanceof NestedWriter && flattened.has(name)) {
        return writer.flattened().map((column) => ({
          name: `${name}.${column.name}`,
          type: column.type,
          parts: rows === 0 ? [] : column.parts,
        }));
      }
      const parts: Buffer[] = [];
      if (rows > 0) {
        writer.prefix(parts);
        writer.data(parts);
      }
      return [{ name, type: writer.sentType(), parts }];
    });
  }

  private columnOf(spec: ColumnSpec): RowColumn {
    const type = columnTypeOf(spec.type);
    const defaultsByServer = spec.default !== null && spec.default.kind !== 'value';
    const sent = defaultsByServer && !type.isNullable ? columnTypeOf(nullableText(type)) : type;
    const writer = sent.createWriter({ fault: this.fault, read: readOf(spec, type) });
    return { spec, type, writer, defaultsByServer };
  }
}

/** The type that has a NULL for ClickHouse to replace by the column's default. */
export function nullableText({ node, text }: ColumnType): string {
  return node.name === 'LowCardinality'
    ? `LowCardinality(Nullable(${text.slice('LowCardinality('.length, -1)}))`
    : `Nullable(${text})`;
}

/** Whether the type is String, also Nullable or LowCardinality. It takes the text of any JSON value. */
export function isText({ layout }: ColumnType): boolean {
  const inner =
    layout.kind === 'nullable'
      ? layout.of
      : layout.kind === 'low-cardinality'
        ? layout.keys
        : layout;
  return inner.kind === 'string';
}

/** How the column's values are represented, if its source determines that. */
export function readOf({ from, read }: ColumnSpec, type: ColumnType): ReadVariant | undefined {
  if (from.kind === 'timestamp' && type.reads.includes('epoch-ms')) return 'epoch-ms';
  if (from.kind === 'rest' && isText(type)) return 'json';
  return read ?? undefined;
}
