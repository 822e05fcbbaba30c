import type { TablePartition } from '../table/target.js';

const DAY_MS = 86_400_000;

/**
 * A number for the table partition of a day's rows. It is the same for the same value of the partition key. `day` counts
 * days since 1970, in UTC.
 */
export function tablePartitionOf(kind: Exclude<TablePartition, 'unknown'>, day: number): number {
  switch (kind) {
    case 'none':
      return 0;
    case 'day':
      return day;
    case 'month': {
      const date = new Date(day * DAY_MS);
      return date.getUTCFullYear() * 12 + date.getUTCMonth();
    }
    case 'year':
      return new Date(day * DAY_MS).getUTCFullYear();
  }
}
