import type { GrowthPoint } from '../growth/figures.js';
import type { Kept } from './stored-figures.js';
import { provenance, type Section } from './section.js';
import { decimals, markdownTable, whole } from './table.js';

const MILLION = 1e6;

/** Shows that cost and memory do not grow with the number of records. */
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
    'The same topic with more and more records. _rows/s_ includes the start of the process, about two seconds, which matters less in longer runs. _steady_ does not include it.',
    markdownTable(head, rows),
    ...furtherRow(figures),
    `Measured by ${provenance(about)}`,
  ];
  return { text: text.join('\n\n'), plots: {} };
}

/** The cost without the start of the process. */
function furtherRow(points: readonly GrowthPoint[]): readonly string[] {
  const [least, most] = [points[0], points.at(-1)];
  const seconds = (point: GrowthPoint | undefined) =>
    ((point?.cpuMicros.mover ?? 0) * (point?.records ?? 0)) / MILLION;
  const further = (most?.records ?? 0) - (least?.records ?? 0);
  if (least === undefined || further <= 0) return [];
  const each = (seconds(most) - seconds(least)) / further;
  const start = seconds(least) - each * least.records;
  return [
    `_own CPU_ covers the whole worker process. From the smallest to the largest run, each additional row cost ${decimals(each * MILLION)} µs of CPU; the start of the process cost ${decimals(start, 1)} s.`,
  ];
}
