import type { MoveFigures } from '../compare/figures.js';

/** Medians of one size. */
export type GrowthPoint = Omit<MoveFigures, 'mover' | 'isExact'>;
