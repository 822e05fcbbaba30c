import type { TypedPoint } from '../typed/figures.js';
import type { Kept } from './stored-figures.js';
import { provenance, type Section } from './section.js';
import { decimals, markdownTable, roundsText, whole } from './table.js';

/** The cost of a declared contract beside the built-in one. */
export function typedSection({ about, figures }: Kept<readonly TypedPoint[]>): Section {
  const head = ['contract', 'bytes a record', 'rows/s', 'steady', 'own CPU µs/row', 'peak MiB'];
  const rows = figures.map(({ name, bytesPerRecord, figures: point }) => [
    name,
    whole(bytesPerRecord),
    whole(point.wholeRate),
    point.steadyRate === null ? '-' : whole(point.steadyRate),
    decimals(point.cpuMicros.mover),
    point.peakMiB === null ? '-' : whole(point.peakMiB),
  ]);
  const [first] = figures;
  const { records = 0, rounds = 0 } = first?.figures ?? {};
  const text = [
    '## Declared contracts',
    `${whole(records)} records each; ${roundsText(rounds)}, with the contracts in turn. The declared contract has 16 typed columns, among them nested paths, an array of tuples, LowCardinality, Nullable, Decimal and times.`,
    markdownTable(head, rows),
    `Measured by ${provenance(about)}`,
  ];
  return { text: text.join('\n\n'), plots: {} };
}
