import type { Cut } from './plan.js';
import { tablePartitionOf } from './table-partition.js';

/**
 * Says where a block ends. Only the records and the cut count, never how they were fetched: the same plan comes to the
 * same blocks, and with them to the same tokens, on every attempt.
 */
export interface BlockMeter {
  /** There is room for a record of so many bytes. `alone`: it gets a block of its own. */
  fits(valueBytes: number, alone: boolean): boolean;
  /** The record is in, whatever becomes of it. */
  addRecord(valueBytes: number, alone: boolean): void;
  /** There is room for a row of this time, in seconds since 1970. */
  fitsTime(seconds: number): boolean;
  /** The record is a row. */
  addRow(seconds: number): void;
  reset(): void;
  readonly records: number;
  readonly rows: number;
  readonly valueBytes: number;
  readonly tablePartitions: number;
}

const DAY_SECONDS = 86_400;

export function createBlockMeter(cut: Cut): BlockMeter {
  const { maxRows, maxBytes, maxTablePartitions, tablePartition } = cut;
  let records = 0;
  let rows = 0;
  let valueBytes = 0;
  let isClosed = false;
  const tablePartitions = new Set<number>();
  /** Days whose table partition is among those: rows of one block mostly share a day. */
  const days = new Set<number>();
  let lastDay = -1;

  const fitsDay = (day: number): boolean => {
    if (tablePartition === 'unknown' || days.has(day)) return true;
    const value = tablePartitionOf(tablePartition, day);
    return tablePartitions.has(value) || tablePartitions.size < maxTablePartitions;
  };
  const addDay = (day: number): void => {
    lastDay = day;
    if (tablePartition === 'unknown' || days.has(day)) return;
    days.add(day);
    tablePartitions.add(tablePartitionOf(tablePartition, day));
  };

  return {
    fits(bytes, alone) {
      // The first record always fits: one that is larger than a block may be gets a block of its own.
      if (records === 0) return true;
      return !isClosed && !alone && rows < maxRows && valueBytes + bytes <= maxBytes;
    },
    addRecord(bytes, alone) {
      records += 1;
      valueBytes += bytes;
      isClosed ||= alone;
    },
    fitsTime(seconds) {
      const day = Math.floor(seconds / DAY_SECONDS);
      return day === lastDay || fitsDay(day);
    },
    addRow(seconds) {
      rows += 1;
      const day = Math.floor(seconds / DAY_SECONDS);
      if (day !== lastDay) addDay(day);
    },
    reset() {
      records = rows = valueBytes = 0;
      isClosed = false;
      tablePartitions.clear();
      days.clear();
      lastDay = -1;
    },
    get records() {
      return records;
    },
    get rows() {
      return rows;
    },
    get valueBytes() {
      return valueBytes;
    },
    get tablePartitions() {
      return tablePartitions.size;
    },
  };
}
