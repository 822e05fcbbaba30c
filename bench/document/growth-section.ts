import type { GrowthPoint } from '../growth/figures.js';
import type { Kept } from './kept.js';
import { provenance, type Section } from './section.js';
import { decimals, markdownTable, whole } from './table.js';

const MILLION = 1e6;

/** What more records change: nothing, as it should be. */
export function growthSection({ about, figures }: Kept<readonly GrowthPoint[]>): Section {
  const head = [
    'records',
    'rows/s',
    'steady',
    'own CPU µs/row',
    'ClickHouse µs/row',
    'Temporal µs/row',
    'peak MiB',
    'history events per million rows',
    'lost',
    'doubled',
  ];
  const rows = figures.map((point) => {
    const { records, wholeRate, steadyRate, cpuMicros, peakMiB, historyEvents } = point;
    return [
      whole(records),
      whole(wholeRate),
      steadyRate === null ? '-' : whole(steadyRate),
      decimals(cpuMicros.mover),
      decimals(cpuMicros.clickHouse),
      decimals(cpuMicros.temporal),
      peakMiB === null ? '-' : whole(peakMiB),
      historyEvents === null ? '-' : whole((historyEvents / records) * MILLION),
      whole(point.lost),
      whole(point.doubled),
    ];
  });
  const text = [
    '## Growth',
    'The same topic with ever more records. The start, about two seconds, is part of _rows/s_ and weighs less the longer a run is; _steady_ leaves it out.',
    markdownTable(head, rows),
    `Measured by ${provenance(about)}`,
  ];
  return { text: text.join('\n\n'), plots: {} };
}
