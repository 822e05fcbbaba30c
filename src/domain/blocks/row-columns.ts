import { Buffer } from 'node:buffer';
import { type EventContract, defaultOf, receivedFields } from '../contract/event-contract.js';
import type { Row } from '../contract/event-row.js';
import type { Scanner } from '../formats/json/scanner.js';
import {
  type ByteSource,
  byteSource,
  type ColumnBuffer,
  type ColumnPool,
} from './column-buffer.js';
import { appendLineage } from './lineage-columns.js';
import { isLineageColumn, LINEAGE_COLUMNS } from '../records/lineage.js';
import type { OffsetSpan } from '../records/offset-range.js';
import type { EncodedParts } from '../types/native/encoded-parts.js';
import type { LentColumns } from './row-source.js';
import type { RunRows } from './whole-runs.js';

export interface RowColumnsOptions {
  readonly contract: EventContract;
  readonly topic: string;
  /** As rows store it. */
  readonly topicId: string;
  /** Insert columns, in order. */
  readonly columns: readonly string[];
  readonly pool: ColumnPool;
}

/** An insert column that a field of the contract fills. */
interface StoredField {
  readonly column: string;
  /** Index among the insert columns. */
  readonly at: number;
  /** Index among the fields that the scanner finds. */
  readonly field: number;
  readonly isInstant: boolean;
  /** Stored if the event lacks the field. */
  readonly fallback: ByteSource;
}

/** Encodes rows into the insert columns of a plan, block after block. */
export class RowColumns implements RunRows {
  private readonly options: RowColumnsOptions;
  private readonly types: readonly string[];
  private readonly stored: readonly StoredField[];
  /** One buffer for each insert column. They are taken from the pool for the first row. */
  private open: readonly ColumnBuffer[] | null = null;
  private source = byteSource(Buffer.alloc(0));

  constructor(options: RowColumnsOptions) {
    const { contract, columns } = options;
    this.options = options;
    this.types = columns.map((name) => typeOf(contract, name));
    this.stored = storedFields(contract, columns);
  }

  /** Appends a record that the scanner accepted, from the bytes that it scanned. */
  appendScanned(bytes: Uint8Array, { starts, ends, seconds }: Scanner): void {
    const open = (this.open ??= this.take());
    if (this.source.bytes !== bytes) this.source = byteSource(bytes);
    const { source } = this;
    for (const { at, field, isInstant, fallback } of this.stored) {
      const buffer = open[at]!;
      const start = starts[field]!;
      if (isInstant) buffer.appendUInt32(seconds[field]!);
      else if (start >= 0) buffer.appendSpan(source, start, ends[field]!);
      else buffer.appendSpan(fallback, 0, fallback.bytes.length);
    }
  }

  /** A String and a DateTime have one part each. */
  appendEncoded({ bytes, starts, ends }: EncodedParts): void {
    const open = (this.open ??= this.take());
    for (const { at, field } of this.stored) {
      open[at]!.appendBytes(bytes.subarray(starts[field], ends[field]));
    }
  }

  /** Nothing to append, because all columns are fields of the event. */
  appendRow(): boolean {
    return true;
  }

  appendDecoded(row: Row): void {
    const open = (this.open ??= this.take());
    for (const { at, column } of this.stored) {
      const value = row[column]!;
      if (typeof value === 'string') open[at]!.appendText(value);
      else open[at]!.appendUInt32(value);
    }
  }

  /** The rows that were appended since the last call. `spans` are their offsets. */
  finish(spans: readonly OffsetSpan[]): LentColumns {
    const { topic, topicId, columns, pool } = this.options;
    const buffers = this.open ?? this.take();
    this.open = null;
    columns.forEach((name, index) => {
      if (isLineageColumn(name)) {
        appendLineage(buffers[index]!, name, { topic, topicId, spans });
      }
    });
    return {
      columns: columns.map((name, index) => ({
        name,
        type: this.types[index]!,
        data: buffers[index]!.appended(),
      })),
      giveBack() {
        columns.forEach((name, index) => {
          pool.giveBack(name, buffers[index]!);
        });
      },
    };
  }

  private take(): readonly ColumnBuffer[] {
    const { columns, pool } = this.options;
    return columns.map((name) => pool.take(name));
  }
}

function storedFields(contract: EventContract, columns: readonly string[]): readonly StoredField[] {
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

function typeOf({ fields }: EventContract, name: string): string {
  const column =
    LINEAGE_COLUMNS.find((candidate) => candidate.name === name) ??
    fields.find((candidate) => candidate.column === name);
  if (column !== undefined) return column.type;
  throw new Error(
    `column ${name} is in the plan, but this worker's contract has no column of that name: run the same release on every worker`,
  );
}
