import type { MoverSummary } from '../compare/summary.js';

/** One kind of records: medians. */
export interface LoadPoint {
  readonly name: string;
  readonly bytesPerRecord: number;
  readonly now: MoverSummary;
  /** Null if no earlier worker was given. */
  readonly before: MoverSummary | null;
}
