import type { OffsetSighting } from '../freshness/watch-offsets.js';

/** One move of a hot partition. */
export interface Moved {
  /** Rows per second of the hot partition. */
  readonly rate: number;
  /** From an event to its row, in milliseconds, of the watched partitions. */
  readonly delays: readonly number[];
  readonly lost: number;
  readonly doubled: number;
}

/** From the first to the last row of the hot partition. */
export function rateOf(sightings: readonly OffsetSighting[]): number {
  const [first, last] = [sightings[0], sightings.at(-1)];
  if (first === undefined || last === undefined || first === last) {
    throw new Error(
      'the hot partition was moved in a single block, so no rate can be computed: give more --records',
    );
  }
  return (last.offset - first.offset) / ((last.atMs - first.atMs) / 1_000);
}

export const lostIn = (moves: readonly Moved[]): number =>
  moves.reduce((sum, { lost }) => sum + lost, 0);

export const doubledIn = (moves: readonly Moved[]): number =>
  moves.reduce((sum, { doubled }) => sum + doubled, 0);

/** Delays of all moves, in ascending order. */
export const delaysIn = (moves: readonly Moved[]): readonly number[] =>
  moves.flatMap(({ delays }) => delays).sort((a, b) => a - b);
