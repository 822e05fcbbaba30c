import { isOurs } from '../movers/mover.js';
import type { Comparison } from './figures.js';
import { ratio, summaries } from './summary.js';

/** The figures of a comparison as one line for programs. Movers that were left out are missing. */
export function jsonLine(comparison: Comparison): string {
  const all = summaries(comparison);
  const ours = all.find(({ mover }) => mover === 'millrace');
  const peers = all.filter(({ mover }) => !isOurs(mover));
  const { rowsPerSecond } = comparison.limits.insert;
  const byName = <T>(entries: readonly (readonly [string, T])[]) => Object.fromEntries(entries);
  return JSON.stringify({
    rowsPerSecond: byName(all.map(({ mover, wholeRate }) => [mover, Math.round(wholeRate)])),
    ratio:
      ours === undefined
        ? {}
        : {
            ...byName(peers.map((peer) => [peer.mover, rounded(ratio(ours, peer))])),
            insertLimit: rounded(ours.wholeRate / rowsPerSecond),
          },
    cpuMicrosPerRow: rounded(ours?.cpuMicros.mover ?? null),
    rssMiB: rounded(ours?.peakMiB ?? null),
    lost: ours?.lost ?? null,
    doubled: ours?.doubled ?? null,
    killed: byName(
      comparison.kills.map(({ mover, lost, doubled, stallSeconds }) => [
        mover,
        { lost, doubled, stallSeconds: rounded(stallSeconds) },
      ]),
    ),
  });
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 100) / 100;
}
