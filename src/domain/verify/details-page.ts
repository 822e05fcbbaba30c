import { DETAILS_PARTITIONS } from '../limits.js';
import type { DifferenceList, PartitionReport, RangeList, VerifyReport } from './public-types.js';
import { readableNumber } from '../readable-units.js';

/** The page under "User Metadata" in Temporal's UI, in Markdown. */
export function verifyPage(report: VerifyReport): string {
  const { state, verdict, table, topic } = report;
  if (state === 'starting') return '### STARTING · querying Kafka and ClickHouse';
  const isDone = state !== 'comparing';
  return [
    isDone
      ? `### ${state.toUpperCase()} · ${verdict}`
      : `### COMPARING · ${share(report)} · ${verdict === 'unknown' ? 'nothing wrong so far' : `${verdict} so far`}`,
    `Topic ${topic} and table ${table}: ${number(report.compared)} of ${number(report.offsets)} offsets compared`,
    `**${number(report.records)} records** · rows ${number(report.rows)} · dead letters ${number(report.deadLetters)} (open ${number(report.openDeadLetters)}, dropped ${number(report.droppedDeadLetters)}) · redriven ${number(report.redriven)} · filtered ${number(report.filtered)} · skipped ${number(report.skipped)}`,
    `**lost ${number(report.lost)} · duplicated ${number(report.doubled)}** · without a record ${number(report.withoutRecord)} · of older epochs ${number(report.olderEpochs)}`,
    report.unjudged > 0 && `**Not judged: ${number(report.unjudged)}**, for the reasons below`,
    ranges('Lost', report.lostRanges),
    ranges('Duplicated', report.doubledRanges),
    ...contentParts(report),
    report.notes.length > 0 && report.notes.map((note) => `- ${note}`).join('\n'),
    partitionTable(report.partitions),
  ]
    .filter((part) => typeof part === 'string')
    .join('\n\n');
}

/** Ranges that the page lists. The report has more of them. */
const RANGES_SHOWN = 20;

function ranges(what: string, { total, first }: RangeList): string | null {
  if (total === 0) return null;
  const shown = first
    .slice(0, RANGES_SHOWN)
    .map(({ partition, first: from, end }) => `p${partition} ${from}-${end}`);
  const left = total - shown.length;
  return `${what}: ${shown.join(' · ')}${left > 0 ? ` · ${number(left)} more` : ''}`;
}

function contentParts({ content }: VerifyReport): readonly (string | null)[] {
  if (content === undefined) return [];
  const { rows, columns, differingRows, differences, predating } = content;
  return [
    `Values compared: ${number(rows)} rows, ${number(columns.length)} columns · **rows that differ ${number(differingRows)}**`,
    values('Different', differences),
    values('Perhaps older than the column', predating),
  ];
}

function values(what: string, { total, first }: DifferenceList): string | null {
  if (total === 0) return null;
  const shown = first
    .slice(0, RANGES_SHOWN)
    .map(({ partition, offset, column }) => `p${partition} ${offset} ${column}`);
  const left = total - shown.length;
  return `${what}: ${shown.join(' · ')}${left > 0 ? ` · ${number(left)} more` : ''}`;
}

/** Partitions with something wrong come first. */
function partitionTable(partitions: readonly PartitionReport[]): string | null {
  if (partitions.length === 0) return null;
  const wrong = ({ lost, doubled }: PartitionReport) => (lost ?? 0) + (doubled ?? 0);
  const shown = partitions.toSorted((a, b) => wrong(b) - wrong(a)).slice(0, DETAILS_PARTITIONS);
  const left = partitions.length - shown.length;
  return [
    '| partition | from | compared to | until | records | rows | lost | duplicated |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...shown.map(
      (each) =>
        `| ${each.partition} | ${each.first} | ${each.next} | ${each.end} | ${number(each.records)} | ${number(each.rows)} | ${number(each.lost)} | ${number(each.doubled)} |`,
    ),
    ...(left > 0 ? [`\n${left} more partitions.`] : []),
  ].join('\n');
}

function share({ compared, offsets }: VerifyReport): string {
  return `${offsets === 0 ? 100 : Math.floor((100 * compared) / offsets)} %`;
}

function number(value: number | null): string {
  return value === null ? 'unknown' : readableNumber(value);
}
