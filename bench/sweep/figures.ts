import type { MoveFigures } from '../compare/figures.js';

export const DIMENSIONS = ['lanes', 'batch', 'partitions', 'record', 'codec'] as const;
/** The settings that a sweep changes, one at a time. */
export type Dimension = (typeof DIMENSIONS)[number];

/** Medians of one setting. */
export interface SweepPoint {
  readonly dimension: Dimension;
  /** The setting, in words. */
  readonly setting: string;
  readonly bytesPerRecord: number;
  readonly figures: Omit<MoveFigures, 'mover' | 'isExact'>;
}
