import { median } from '../measure/rates.js';
import type { Comparison, MoveFigures } from './figures.js';

/** The rounds of one mover: medians, and the worst case of what must not happen. */
export interface MoverSummary extends MoveFigures {
  readonly rounds: number;
}

export function summaries({ moves }: Pick<Comparison, 'moves'>): readonly MoverSummary[] {
  const names = [...new Set(moves.map(({ mover }) => mover))];
  return names.map((name) => summaryOf(moves.filter(({ mover }) => mover === name)));
}

/** Moves of one load by one mover. */
export function summaryOf(rounds: readonly MoveFigures[]): MoverSummary {
  const [first] = rounds;
  if (first === undefined) throw new Error('a mover without a single round has no summary');
  const over = (figure: (move: MoveFigures) => number) => median(rounds.map(figure));
  const overKnown = (figure: (move: MoveFigures) => number | null) => {
    const known = rounds.map(figure).filter((value) => value !== null);
    return known.length === 0 ? null : median(known);
  };
  const most = (figure: (move: MoveFigures) => number) => Math.max(...rounds.map(figure));
  const isCompared = rounds.every(({ isExact }) => isExact !== null);
  return {
    mover: first.mover,
    records: first.records,
    rounds: rounds.length,
    wholeRate: over(({ wholeRate }) => wholeRate),
    steadyRate: overKnown(({ steadyRate }) => steadyRate),
    cpuMicros: {
      mover: overKnown(({ cpuMicros }) => cpuMicros.mover),
      clickHouse: over(({ cpuMicros }) => cpuMicros.clickHouse),
      kafka: over(({ cpuMicros }) => cpuMicros.kafka),
      temporal: over(({ cpuMicros }) => cpuMicros.temporal),
    },
    peakMiB: overKnown(({ peakMiB }) => peakMiB),
    lost: most(({ lost }) => lost),
    doubled: most(({ doubled }) => doubled),
    isExact: isCompared ? rounds.every(({ isExact }) => isExact) : null,
    historyEvents: overKnown(({ historyEvents }) => historyEvents),
  };
}

/** How many times as fast the first one is, with or without the start: the lower of the two. */
export function ratio(
  ours: Pick<MoveFigures, 'wholeRate' | 'steadyRate'>,
  other: Pick<MoveFigures, 'wholeRate' | 'steadyRate'>,
): number {
  const whole = ours.wholeRate / other.wholeRate;
  if (ours.steadyRate === null || other.steadyRate === null) return whole;
  return Math.min(whole, ours.steadyRate / other.steadyRate);
}
