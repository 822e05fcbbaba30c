import type { MoverSummary } from '../compare/summary.js';

/** The same number of records with one way of decoding: medians. */
export interface TypedPoint {
  readonly name: string;
  readonly bytesPerRecord: number;
  readonly figures: Omit<MoverSummary, 'mover' | 'isExact'>;
}
