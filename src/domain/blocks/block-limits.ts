import { tablePartitionOf } from './table-partition.js';
import type { TablePartition } from '../table/target.js';
import type { LoneRecord } from '../records/offset-range.js';

/**
 * How a batch is cut into blocks. It stands in the plan, never in a worker's settings, because the same records cut
 * otherwise carry other tokens.
 */
export interface Cut {
  readonly version: 1;
  /** Rows in one block. */
  readonly maxRows: number;
  /** Bytes of record values in one block. */
  readonly maxBytes: number;
  /** Distinct values of the table's partition key in one block. */
  readonly maxTablePartitions: number;
  /** What the table's partition key makes of the event time; `unknown` is not counted. */
  readonly tablePartition: TablePartition;
  /** Insert columns, in order. */
  readonly columns: readonly string[];
  /** Records that get a block of their own, because the table may refuse them: then only they are rejected. */
  readonly alone: readonly LoneRecord[];
}

const DAY_SECONDS = 86_400;

/**
 * Says where a block ends. Only the records and the cut count, never how they were fetched: the same plan comes to the
 * same blocks, and with them to the same tokens, on every attempt.
 */
export class BlockMeter {
  private readonly cut: Cut;
  records = 0;
  rows = 0;
  valueBytes = 0;
  private isClosed = false;
  private readonly tablePartitions = new Set<number>();
  /** Days whose table partition is among those: rows of one block mostly share a day. */
  private readonly days = new Set<number>();
  /** Where the day of the row added last begins and ends, in seconds since 1970. */
  private dayStart = 0;
  private dayEnd = 0;

  constructor(cut: Cut) {
    this.cut = cut;
  }

  get tablePartitionCount(): number {
    return this.tablePartitions.size;
  }

  /** There is room for a record of so many bytes. `alone`: it gets a block of its own. */
  fits(valueBytes: number, alone: boolean): boolean {
    // The first record always fits: one that is larger than a block may be gets a block of its own.
    if (this.records === 0) return true;
    const { maxRows, maxBytes } = this.cut;
    if (this.isClosed || alone) return false;
    return this.rows < maxRows && this.valueBytes + valueBytes <= maxBytes;
  }

  /** How many more rows the block may have; bytes and times may leave room for fewer. */
  get rowsLeft(): number {
    return this.isClosed ? 0 : this.cut.maxRows - this.rows;
  }

  /** The record is in, whatever becomes of it. */
  addRecord(valueBytes: number, alone: boolean): void {
    this.records += 1;
    this.valueBytes += valueBytes;
    this.isClosed ||= alone;
  }

  /** There is room for a row of this time, in seconds since 1970. */
  fitsTime(seconds: number): boolean {
    return this.isOfLastDay(seconds) || this.fitsDay(Math.floor(seconds / DAY_SECONDS));
  }

  /** The record is a row. */
  addRow(seconds: number): void {
    this.rows += 1;
    if (!this.isOfLastDay(seconds)) this.addDay(Math.floor(seconds / DAY_SECONDS));
  }

  reset(): void {
    this.records = this.rows = this.valueBytes = 0;
    this.isClosed = false;
    this.tablePartitions.clear();
    this.days.clear();
    this.dayStart = this.dayEnd = 0;
  }

  private isOfLastDay(seconds: number): boolean {
    return seconds >= this.dayStart && seconds < this.dayEnd;
  }

  private fitsDay(day: number): boolean {
    const { tablePartition, maxTablePartitions } = this.cut;
    if (tablePartition === 'unknown' || this.days.has(day)) return true;
    const value = tablePartitionOf(tablePartition, day);
    return this.tablePartitions.has(value) || this.tablePartitions.size < maxTablePartitions;
  }

  private addDay(day: number): void {
    const { tablePartition } = this.cut;
    this.dayStart = day * DAY_SECONDS;
    this.dayEnd = this.dayStart + DAY_SECONDS;
    if (tablePartition === 'unknown' || this.days.has(day)) return;
    this.days.add(day);
    this.tablePartitions.add(tablePartitionOf(tablePartition, day));
  }
}
