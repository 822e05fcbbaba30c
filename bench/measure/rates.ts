import type { Sighting } from './watch-table.js';

/** Records per second from the first row on, so without the start. */
export function steadyRate(sightings: readonly Sighting[], records: number): number | null {
  const first = sightings[0];
  const last = sightings.find(({ rows }) => rows >= records);
  if (first === undefined || last === undefined || last === first) return null;
  return (records - first.rows) / ((last.atMs - first.atMs) / 1_000);
}

/** The longest time without a new row that was not over at `fromMs`. */
export function longestStallMs(sightings: readonly Sighting[], fromMs: number): number {
  return sightings.reduce((longest, { atMs }, index) => {
    const before = sightings[index - 1];
    return before === undefined || atMs < fromMs ? longest : Math.max(longest, atMs - before.atMs);
  }, 0);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
