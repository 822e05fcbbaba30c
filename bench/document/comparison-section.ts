import type { Comparison } from '../compare/figures.js';
import { type MoverSummary, ratio, summaries } from '../compare/summary.js';
import { isOurs, MOVER_TITLES } from '../movers/mover.js';
import { barPlot } from '../plot/bars.js';
import {
  allMicros,
  busyShares,
  exactness,
  killTable,
  limits,
  programs,
  remarks,
} from './comparison-details.js';
import type { Kept } from './stored-figures.js';
import { provenance, type Section } from './section.js';
import { decimals, markdownTable, roundsText, whole } from './table.js';

const PLOT = 'performance-comparison.svg';

/** Speed and correctness of all movers. */
export function comparisonSection({ about, figures }: Kept<Comparison>): Section {
  const all = [...summaries(figures)].sort((a, b) => b.wholeRate - a.wholeRate);
  const ours = all.find(({ mover }) => mover === 'millrace');
  const text = [
    opening(figures, all),
    moveTable(figures, all, ours),
    `![Rows a second of each mover](images/${PLOT})`,
    reading(all),
    ...(figures.kills.length === 0 ? [] : ['### One SIGKILL', killTable(figures)]),
    '### Limits of this machine',
    limits(figures, ours),
    busyShares(all, about.machine),
    ...remarks(figures),
    `Measured by ${provenance(about)} ${programs(figures)}`,
  ];
  return { text: text.join('\n\n'), plots: { [PLOT]: plot(all) } };
}

function opening({ records, partitions }: Comparison, all: readonly MoverSummary[]): string {
  const rounds = Math.max(...all.map((summary) => summary.rounds));
  const fewer = all
    .filter((summary) => summary.records !== records)
    .map(({ mover, records: own }) => ` ${MOVER_TITLES[mover]} moved ${whole(own)}.`);
  return `Each mover moved the same topic (${whole(records)} records of 289 bytes on average, ${partitions} partitions) into a table of its own, ${roundsText(rounds)}.${fewer.join('')} Afterwards, every row was counted and compared.`;
}

function moveTable(
  { kills }: Comparison,
  all: readonly MoverSummary[],
  ours: MoverSummary | undefined,
): string {
  const head = [
    'mover',
    'rows/s',
    'steady',
    'Millrace is',
    'lost',
    'doubled',
    'rows exact',
    'after a SIGKILL: lost',
    'doubled',
    's without a row',
    'own CPU µs/row',
    'ClickHouse µs/row',
    'all µs/row',
    'peak MiB',
  ];
  const rows = all.map((summary) => {
    const { mover, wholeRate, steadyRate, lost, doubled, cpuMicros, peakMiB } = summary;
    const kill = kills.find((each) => each.mover === mover);
    return [
      MOVER_TITLES[mover],
      whole(wholeRate),
      steadyRate === null ? '-' : whole(steadyRate),
      ours === undefined || isOurs(mover) ? '' : `${ratio(ours, summary).toFixed(2)}x`,
      whole(lost),
      whole(doubled),
      exactness(summary),
      ...(kill === undefined
        ? ['-', '-', '-']
        : [whole(kill.lost), whole(kill.doubled), kill.stallSeconds.toFixed(1)]),
      decimals(cpuMicros.mover),
      decimals(cpuMicros.clickHouse),
      decimals(allMicros(summary)),
      peakMiB === null ? '-' : whole(peakMiB),
    ];
  });
  return markdownTable(head, rows);
}

function reading(all: readonly MoverSummary[]): string {
  const notes = [
    '_rows/s_ covers the whole run, from the start of the process until the last row can be queried. _steady_ begins with the first rows. _Millrace is_ says how many times as fast Millrace is, by the lower of these two ratios.',
    '_all µs/row_ is the CPU time of the mover and all servers together.',
    '_rows exact_ says whether a hash over all columns of the event equals the hash of the same events parsed by ClickHouse.',
  ];
  if (all.some(({ mover }) => mover === 'spark')) {
    notes.push(
      'The PySpark job converts numbers and lists in `payload` to strings, so its rows differ from what was sent.',
    );
  }
  if (all.some(({ mover }) => mover === 'kafkaEngine')) {
    notes.push(
      'The Kafka table engine runs in the ClickHouse server, so the figures of the server include its CPU and memory.',
    );
  }
  notes.push(
    'Millrace writes into its default table, which has lineage columns. The row _Millrace, table without lineage_ shows Millrace with the same table as the others.',
  );
  return notes.join(' ');
}

function plot(all: readonly MoverSummary[]): string {
  const bars = all.map(({ mover, wholeRate, steadyRate }) => ({
    label: MOVER_TITLES[mover],
    value: steadyRate ?? wholeRate,
    inner: wholeRate,
    text: `${whole(wholeRate)} (steady ${steadyRate === null ? '-' : whole(steadyRate)})`,
    ...(isOurs(mover) ? { emphasis: 'ours' as const } : {}),
  }));
  const title = 'Rows a second, whole run (dark) and steady';
  return barPlot({ description: title, groups: [{ title, bars }] });
}
