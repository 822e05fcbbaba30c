import type { MoverSummary } from '../compare/summary.js';

/** The same wide records by each mover: medians. */
export interface WideFigures {
  readonly records: number;
  readonly columns: number;
  readonly bytesPerRecord: number;
  readonly movers: readonly MoverSummary[];
}
