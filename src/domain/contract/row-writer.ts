import type { Buffer } from 'node:buffer';
import { columnTypeOf } from '../types/create-column-type.js';
import type { ColumnType } from '../types/column-type.js';
import type { ColumnWriter } from '../types/native/column-writer.js';
import type { EncodedParts, EncodedRows } from '../types/native/encoded-parts.js';
import { NestedWriter } from '../types/nested.js';
import { ValueFault } from '../types/value-fault.js';
import type { ReadVariant } from '../types/value-rule.js';
import type { ColumnSpec, ContractSpec } from './contract-spec.js';

/** A column on its way into a block. */
export interface RowColumn {
  readonly spec: ColumnSpec;
  readonly type: ColumnType;
  readonly writer: ColumnWriter;
  /** NULL is sent where ClickHouse is to evaluate the default. */
  readonly defaultsByServer: boolean;
}

/** A column of a block, as `Native` wants it. */
export interface EncodedColumn {
  readonly name: string;
  /** As it is sent: LowCardinality with too many keys goes without. */
  readonly type: string;
  /** Valid until the next row is appended. */
  readonly parts: readonly Buffer[];
}

/** The columns of a contract, row by row. Kept for many blocks: `clear` begins another one. */
export class RowWriter implements EncodedRows {
  /** Those that are sent, in the contract's order. */
  readonly columns: readonly RowColumn[];
  readonly fault = new ValueFault();
  private readonly fields: readonly RowColumn[];

  constructor({ columns }: ContractSpec) {
    this.columns = columns
      .filter(({ from }) => from.kind !== 'server')
      .map((spec) => this.columnOf(spec));
    this.fields = this.columns.filter(({ spec: { from } }) => from.kind === 'event');
  }

  /** A row begins. */
  mark(): void {
    for (const { writer } of this.columns) writer.mark();
  }

  /** Takes the row back that was begun last, whatever is there of it. */
  rollback(): void {
    for (const { writer } of this.columns) writer.rollback();
  }

  /** To the columns that take fields of the event. No row is begun. */
  appendEncoded(parts: EncodedParts): void {
    for (const { writer } of this.fields) writer.appendEncoded(parts);
  }

  clear(): void {
    for (const { writer } of this.columns) writer.clear();
  }

  /**
   * The columns as they are sent. `flattened` names the Nested ones that the table has as a column for each element.
   * Without rows no column has any bytes.
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

/** The type whose NULL ClickHouse replaces by the column's default. */
export function nullableText({ node, text }: ColumnType): string {
  return node.name === 'LowCardinality'
    ? `LowCardinality(Nullable(${text.slice('LowCardinality('.length, -1)}))`
    : `Nullable(${text})`;
}

/** String, also Nullable or LowCardinality: it takes the text of any JSON value. */
export function isText({ layout }: ColumnType): boolean {
  const inner =
    layout.kind === 'nullable'
      ? layout.of
      : layout.kind === 'low-cardinality'
        ? layout.keys
        : layout;
  return inner.kind === 'string';
}

/** How the column's values are spelt, where its source decides that. */
function readOf({ from, read }: ColumnSpec, type: ColumnType): ReadVariant | undefined {
  if (from.kind === 'timestamp' && type.reads.includes('epoch-ms')) return 'epoch-ms';
  if (from.kind === 'rest' && isText(type)) return 'json';
  return read ?? undefined;
}
