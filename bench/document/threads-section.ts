import type { ThreadFigures } from '../threads/figures.js';
import type { Kept } from './stored-figures.js';
import { provenance, type Section } from './section.js';
import { decimals, markdownTable, roundsText, whole } from './table.js';

/** Shows where the CPU time goes, beside an earlier worker. */
export function threadsSection({ about, figures }: Kept<ThreadFigures>): Section {
  const { records, rounds, points } = figures;
  const rows = points.map(({ process, threads, now, before }) => [
    `${process}: ${threads}`,
    decimals(now),
    decimals(before),
  ]);
  const sum = (figure: (point: (typeof points)[number]) => number | null) =>
    points.reduce<number | null>((total, point) => {
      const each = figure(point);
      return total === null || each === null ? null : total + each;
    }, 0);
  const total = ['all', decimals(sum(({ now }) => now)), decimals(sum(({ before }) => before))];
  const text = [
    '## Where the CPU goes',
    `CPU time by thread, in µs a row over ${whole(records)} sample events, including the start; ${roundsText(rounds)}. _before_ is an earlier worker, which took turns with this one. Both cores are busy, so the sum limits the rate.`,
    markdownTable(['threads', 'µs/row', 'before'], [...rows, total]),
    `Measured by ${provenance(about)}`,
  ];
  return { text: text.join('\n\n'), plots: {} };
}
