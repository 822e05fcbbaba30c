import type { ColumnWriter } from './column-writer.js';

/** A column that knows the time of the value appended last: blocks and tables are divided by it. */
export interface EventClock {
  /** Whole seconds since 1970. */
  readonly lastSeconds: number;
}

/** Null where the column has no time. */
export function clockOf(writer: ColumnWriter): EventClock | null {
  return 'lastSeconds' in writer ? (writer as ColumnWriter & EventClock) : null;
}
