import type { MoverSummary } from '../compare/summary.js';
import type { LoadPoint } from '../loads/figures.js';
import type { Kept } from './stored-figures.js';
import { provenance, type Section } from './section.js';
import { decimals, markdownTable, roundsText, whole } from './table.js';

/** Different records, beside an earlier worker. */
export function loadsSection({ about, figures }: Kept<readonly LoadPoint[]>): Section {
  const head = [
    ...['records', 'bytes', 'rows/s', 'steady', 'own CPU µs/row'],
    ...['before: rows/s', 'steady', 'own CPU µs/row', 'own CPU, now to before'],
  ];
  const rows = figures.map(({ name, bytesPerRecord, now, before }) => [
    name,
    whole(bytesPerRecord),
    ...figuresOf(now),
    ...(before === null ? ['-', '-', '-'] : figuresOf(before)),
    shareOf(now, before),
  ]);
  const [first] = figures;
  const text = [
    '## Kinds of records',
    `Millrace with different records, ${whole(first?.now.records ?? 0)} sample events or the same number of bytes, and with a transform; ${roundsText(first?.now.rounds ?? 0)}. _before_ is an earlier worker, which took turns with this one.`,
    markdownTable(head, rows),
    `Measured by ${provenance(about)}`,
  ];
  return { text: text.join('\n\n'), plots: {} };
}

function figuresOf({ wholeRate, steadyRate, cpuMicros }: MoverSummary): readonly string[] {
  return [
    whole(wholeRate),
    steadyRate === null ? '-' : whole(steadyRate),
    decimals(cpuMicros.mover),
  ];
}

function shareOf(now: MoverSummary, before: MoverSummary | null): string {
  const [own, earlier] = [now.cpuMicros.mover, before?.cpuMicros.mover ?? null];
  return own === null || earlier === null ? '-' : (own / earlier).toFixed(2);
}
