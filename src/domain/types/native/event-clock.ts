import type { ColumnWriter } from './column-writer.js';

/** A column that knows the time of the last appended value. That time divides blocks and tables. */
export interface EventClock {
  /** Whole seconds since 1970. */
  readonly lastSeconds: number;
}

/** Null if the column has no time. */
export function clockOf(writer: ColumnWriter): EventClock | null {
  return 'lastSeconds' in writer ? (writer as ColumnWriter & EventClock) : null;
}
