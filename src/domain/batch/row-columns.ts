import { Buffer } from 'node:buffer';
import { type Contract, defaultOf, receivedFields } from '../event/contract.js';
import type { Row } from '../event/row.js';
import type { Scanner } from '../event/scan.js';
import type { BlockColumn } from './block.js';
import { type ByteSource, byteSource, type ColumnBuffer, type ColumnPool } from './columns.js';
import { appendLineage, isLineageColumn } from './encode-lineage.js';
import { LINEAGE_COLUMNS } from './lineage.js';
import type { OffsetSpan } from './range.js';

/** Encodes rows into the insert columns of a cut, block after block. */
export interface RowColumns {
  /** Appends the record that the scanner was sure of, from the bytes that it scanned. */
  appendScanned(bytes: Uint8Array, scanner: Scanner): void;
  appendRow(row: Row): void;
  /** The rows appended since the last time, whose offsets these are. */
  finish(spans: readonly OffsetSpan[]): LentColumns;
}

/** Columns over buffers of the pool: valid until they are given back. */
export interface LentColumns {
  readonly columns: readonly BlockColumn[];
  giveBack(): void;
}

export interface RowColumnsOptions {
  readonly contract: Contract;
  readonly topic: string;
  /** Insert columns, in order. */
  readonly columns: readonly string[];
  readonly pool: ColumnPool;
}

/** An insert column that a field of the contract fills. */
interface StoredField {
  readonly column: string;
  /** Place among the insert columns. */
  readonly at: number;
  /** Place among the fields that the scanner finds. */
  readonly field: number;
  readonly isInstant: boolean;
  /** Stored where the event lacks the field. */
  readonly fallback: ByteSource;
}

export function createRowColumns(options: RowColumnsOptions): RowColumns {
  const { contract, topic, columns, pool } = options;
  const types = columns.map((name) => typeOf(contract, name));
  const stored = storedFields(contract, columns);
  /** One for each insert column, taken when the first row comes. */
  let open: readonly ColumnBuffer[] | null = null;
  let source = byteSource(Buffer.alloc(0));
  const take = () => columns.map((name) => pool.take(name));

  return {
    appendScanned(bytes, { starts, ends, seconds }) {
      open ??= take();
      if (source.bytes !== bytes) source = byteSource(bytes);
      for (const { at, field, isInstant, fallback } of stored) {
        const buffer = open[at]!;
        const start = starts[field]!;
        if (isInstant) buffer.appendUInt32(seconds[field]!);
        else if (start >= 0) buffer.appendSpan(source, start, ends[field]!);
        else buffer.appendSpan(fallback, 0, fallback.bytes.length);
      }
    },
    appendRow(row) {
      open ??= take();
      for (const { at, column } of stored) {
        const value = row[column]!;
        if (typeof value === 'string') open[at]!.appendText(value);
        else open[at]!.appendUInt32(value);
      }
    },
    finish(spans) {
      const buffers = open ?? take();
      open = null;
      columns.forEach((name, index) => {
        if (isLineageColumn(name)) appendLineage(buffers[index]!, name, { topic, spans });
      });
      return {
        columns: columns.map((name, index) => ({
          name,
          type: types[index]!,
          data: buffers[index]!.appended(),
        })),
        giveBack() {
          columns.forEach((name, index) => {
            pool.giveBack(name, buffers[index]!);
          });
        },
      };
    },
  };
}

function storedFields(contract: Contract, columns: readonly string[]): readonly StoredField[] {
  const received = receivedFields(contract);
  return columns.flatMap((column, at) => {
    if (isLineageColumn(column)) return [];
    const field = received.findIndex((candidate) => candidate.column === column);
    const declared = received[field];
    const isInstant = declared?.kind === 'instant';
    const fallback = byteSource(Buffer.from((declared && defaultOf(declared)) ?? ''));
    return [{ column, at, field, isInstant, fallback }];
  });
}

function typeOf({ fields }: Contract, name: string): string {
  const column =
    LINEAGE_COLUMNS.find((candidate) => candidate.name === name) ??
    fields.find((candidate) => candidate.column === name);
  if (column !== undefined) return column.type;
  throw new Error(
    `column ${name} is planned to be filled, and this worker's contract has none of that name: run the same release on every worker`,
  );
}
