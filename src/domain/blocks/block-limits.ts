import { tablePartitionOf } from './table-partition.js';
import type { TablePartition } from '../table/target.js';
import type { LoneRecord } from '../records/offset-range.js';

/**
 * How a batch is split into blocks. It is part of the plan and not a setting of the worker, because a different split of
 * the same records has different tokens.
 */
export interface Cut {
  readonly version: 1;
  /** Rows in one block. */
  readonly maxRows: number;
  /** Bytes of record values in one block. */
  readonly maxBytes: number;
  /** Distinct values of the table's partition key in one block. */
  readonly maxTablePartitions: number;
  /** How the table's partition key divides the event time. Partitions are not counted if it is `unknown`. */
  readonly tablePartition: TablePartition;
  /** Insert columns, in order. */
  readonly columns: readonly string[];
  /** Records that get a block of their own because the table may refuse them. Then only they are rejected. */
  readonly alone: readonly LoneRecord[];
}

const DAY_SECONDS = 86_400;

/**
 * Decides where a block ends. Only the records and the limits matter, not how the records were fetched. So the same plan
 * makes the same blocks, with the same tokens, on every attempt.
 */
export class BlockMeter {
  private readonly cut: Cut;
  records = 0;
  rows = 0;
  valueBytes = 0;
  private isClosed = false;
  private readonly tablePartitions = new Set<number>();
  /** Days whose table partition has been counted: most rows of a block have the same day. */
  private readonly days = new Set<number>();
  /** Start and end of the day of the last row, in seconds since 1970. */
  private dayStart = 0;
  private dayEnd = 0;

  constructor(cut: Cut) {
    this.cut = cut;
  }

  get tablePartitionCount(): number {
    return this.tablePartitions.size;
  }

  /** Whether a record with this many bytes fits. `alone`: it gets a block of its own. */
  fits(valueBytes: number, alone: boolean): boolean {
    // The first record always fits. If it is larger than a block may be, it gets a block of its own.
    if (this.records === 0) return true;
    const { maxRows, maxBytes } = this.cut;
    if (this.isClosed || alone) return false;
    return this.rows < maxRows && this.valueBytes + valueBytes <= maxBytes;
  }

  /** Number of rows that the block may still take. Bytes and times may allow fewer. */
  get rowsLeft(): number {
    return this.isClosed ? 0 : this.cut.maxRows - this.rows;
  }

  /** Counts a record, whatever its outcome. */
  addRecord(valueBytes: number, alone: boolean): void {
    this.records += 1;
    this.valueBytes += valueBytes;
    this.isClosed ||= alone;
  }

  /** Whether a row with this time fits, in seconds since 1970. */
  fitsTime(seconds: number): boolean {
    return this.isOfLastDay(seconds) || this.fitsDay(Math.floor(seconds / DAY_SECONDS));
  }

  /** Counts a row. */
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
