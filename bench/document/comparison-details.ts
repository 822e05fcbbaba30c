import type { Comparison, KillFigures } from '../compare/figures.js';
import type { MoverSummary } from '../compare/summary.js';
import { MOVER_TITLES } from '../movers/mover.js';
import { decimals, markdownTable, whole } from './table.js';

/** The text below the table of a comparison. */

export function killTable({ kills }: Comparison): string {
  const row = (kill: KillFigures) => [
    MOVER_TITLES[kill.mover],
    kill.hadSecond ? 'a second process' : 'a restart',
    whole(kill.lost),
    whole(kill.doubled),
    exactness(kill),
    kill.stallSeconds.toFixed(1),
  ];
  return [
    'In another run of each mover, its busiest process was killed with SIGKILL when 45 % of the rows were in the table. Either a second process of the mover was already running, or the mover was restarted immediately. _rows exact_ counts each distinct row once. The last column is the longest time without a new row after the kill.',
    markdownTable(
      ['mover', 'continued by', 'lost', 'doubled', 'rows exact', 's without a row'],
      kills.map(row),
    ),
  ].join('\n\n');
}

export function limits({ limits: found }: Comparison, ours: MoverSummary | undefined): string {
  const { read, insert, insertFromFiles } = found;
  const front = insert.clickHouseMicros - insertFromFiles.clickHouseMicros;
  const share =
    ours === undefined
      ? ''
      : ` Millrace end to end reaches ${(ours.wholeRate / insert.rowsPerSecond).toFixed(2)} of the rate of inserts over HTTP.`;
  return [
    markdownTable(
      ['alone', 'rows/s', 'CPU µs/row'],
      [
        [
          'reading from Kafka',
          whole(read.recordsPerSecond),
          `${decimals(read.cpuMicros)} (reader)`,
        ],
        [
          'inserting ready blocks over HTTP',
          whole(insert.rowsPerSecond),
          `${decimals(insert.clickHouseMicros)} (ClickHouse)`,
        ],
        [
          'inserting the same blocks from files',
          whole(insertFromFiles.rowsPerSecond),
          `${decimals(insertFromFiles.clickHouseMicros)} (ClickHouse)`,
        ],
      ],
    ),
    `The difference between the last two, ${decimals(front)} µs a row, is the cost of the HTTP front of the development ClickHouse. It is part of the figures of every mover.${share}`,
  ].join('\n\n');
}

/** The cost of a row on the machine. If all cores are busy, it determines the rate. */
export function allMicros({ cpuMicros }: MoverSummary): number {
  const { mover, clickHouse, kafka, temporal } = cpuMicros;
  return (mover ?? 0) + clickHouse + kafka + temporal;
}

const MICROS_PER_SECOND = 1e6;

/** How much of the machine each mover used from its start to its last row, including its servers. */
export function busyShares(all: readonly MoverSummary[], machine: string): string {
  const cores = Number.parseInt(machine, 10);
  const shares = all
    .map((summary) => ({
      title: MOVER_TITLES[summary.mover],
      share: (summary.wholeRate * allMicros(summary)) / (cores * MICROS_PER_SECOND),
    }))
    .sort((a, b) => b.share - a.share)
    .map(({ title, share }) => `${title} ${Math.round(share * 100)} %`);
  return `Share of the time of all ${cores} cores that mover and servers used during the whole run, including the start: ${shares.join('; ')}. A mover near 100 % can become faster on this machine only with less work for each row, in the mover or in ClickHouse.`;
}

export function remarks({ zodPath, leftOut, failures }: Comparison): readonly string[] {
  const lines: string[] = [];
  if (zodPath !== null) {
    const { wholeRate, cpuMicros, isExact, records } = zodPath;
    const rows = isExact === true ? 'the same rows' : 'other rows';
    lines.push(
      `With the slow decoder (\`MILLRACE_DECODER=zod\`), ${whole(records)} records became ${rows}, at ${whole(wholeRate)} rows/s and ${decimals(cpuMicros.mover)} µs of CPU per row.`,
    );
  }
  if (leftOut.length > 0) lines.push(`Left out: ${leftOut.join(', ')}.`);
  if (failures.length > 0) lines.push(`Did not finish: ${failures.join('; ')}.`);
  return lines;
}

export function programs({ programs: known }: Comparison): string {
  const versions = Object.entries(known).map(([title, version]) => `${title}: ${version}`);
  return `${versions.join('; ')}.`;
}

export function exactness({ isExact }: Pick<MoverSummary, 'isExact'>): string {
  return isExact === null ? '-' : isExact ? 'yes' : 'no';
}
