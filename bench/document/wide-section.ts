import { ratio } from '../compare/summary.js';
import { isOurs, MOVER_TITLES } from '../movers/mover.js';
import type { WideFigures } from '../wide/figures.js';
import type { Kept } from './stored-figures.js';
import { allMicros } from './comparison-details.js';
import { provenance, type Section } from './section.js';
import { decimals, markdownTable, roundsText, whole } from './table.js';

/** Events with many typed columns, by each mover. */
export function wideSection({ about, figures }: Kept<WideFigures>): Section {
  const { records, columns, bytesPerRecord, movers } = figures;
  const ours = movers.find(({ mover }) => isOurs(mover));
  const head = [
    ...['mover', 'rows/s', 'steady', 'Millrace is', 'own CPU µs/row', 'ClickHouse µs/row'],
    ...['all µs/row', 'peak MiB', 'lost', 'doubled'],
  ];
  const rows = movers.map((summary) => [
    MOVER_TITLES[summary.mover],
    whole(summary.wholeRate),
    summary.steadyRate === null ? '-' : whole(summary.steadyRate),
    ours === undefined || summary === ours ? '' : `${ratio(ours, summary).toFixed(2)}x`,
    decimals(summary.cpuMicros.mover),
    decimals(summary.cpuMicros.clickHouse),
    decimals(allMicros(summary)),
    summary.peakMiB === null ? '-' : whole(summary.peakMiB),
    whole(summary.lost),
    whole(summary.doubled),
  ]);
  const text = [
    '## Wide events',
    `${whole(records)} events with ${columns} typed columns, ${whole(bytesPerRecord)} bytes on average; ${roundsText(movers[0]?.rounds ?? 0)}, with the movers in turn. The columns include a JSON object, nested tuples, arrays, maps, decimals, a 256-bit number, UUID, IP addresses, dates and times. Millrace decodes and validates each value. The others let ClickHouse parse the JSON lines. The rows were counted, and their values were not compared.`,
    markdownTable(head, rows),
    `Measured by ${provenance(about)}`,
  ];
  return { text: text.join('\n\n'), plots: {} };
}
