import type { DifferenceList, RangeList, VerifyReport } from '../domain/verify/public-types.js';
import type { Style } from './text/style.js';
import { number } from './text/table.js';

/** How many ranges and values are shown; the report has up to a hundred. */
const SHOWN = 20;

/** The verdict, the numbers behind it, and what is wrong by partition and offset. */
export function verifyLines(report: VerifyReport, style: Style): readonly string[] {
  const { verdict, topic, table, notes, unjudged } = report;
  const mark =
    verdict === 'complete' ? style.green : verdict === 'unknown' ? style.yellow : style.red;
  return [
    `${style.bold(mark(verdict.replaceAll('doubled', 'duplicated')))}  ${MEANINGS[verdict] ?? 'records are wrong in more than one way'}`,
    `${topic} and ${table}: ${number(report.compared)} of ${number(report.offsets)} offsets compared`,
    `records ${number(report.records)} · rows ${number(report.rows)} · dead letters ${number(report.deadLetters)} (open ${number(report.openDeadLetters)}, dropped ${number(report.droppedDeadLetters)}) · redriven ${number(report.redriven)} · filtered ${number(report.filtered)} · skipped ${number(report.skipped)}`,
    `lost ${number(report.lost)} · duplicated ${number(report.doubled)} · without a record ${number(report.withoutRecord)} · of older epochs ${number(report.olderEpochs)}`,
    ...(unjudged > 0 ? [`not judged ${number(unjudged)}, for the reasons below`] : []),
    ...rangeLines('lost', report.lostRanges),
    ...rangeLines('duplicated', report.doubledRanges),
    ...contentLines(report),
    ...notes.map((note) => `- ${note}`),
  ];
}

/** The progress of a comparison in one line. */
export function verifyProgress({ compared, offsets, lost, doubled }: VerifyReport): string {
  if (offsets === 0) return 'finding the offsets to compare';
  const percent = Math.floor((100 * compared) / offsets);
  return `compared ${number(compared)} of ${number(offsets)} offsets (${percent} %), lost ${number(lost)}, duplicated ${number(doubled)} so far`;
}

const MEANINGS: Readonly<Partial<Record<VerifyReport['verdict'], string>>> = {
  complete:
    'every record is a row, a dead letter, filtered, or skipped by a decision; none of them twice',
  unknown: 'nothing is known to be wrong, but not everything could be compared: see the notes',
  lost: 'records are missing from the table',
  doubled: 'records are in the table more than once',
  'lost-and-doubled': 'records are missing from the table, and others are in it more than once',
  different: 'rows have values that differ from what the contract makes of their records',
};

function rangeLines(what: string, { total, first }: RangeList): readonly string[] {
  if (total === 0) return [];
  const shown = first.slice(0, SHOWN);
  const lines = shown.map(
    ({ partition, first: from, end }) =>
      `  ${what}: partition ${partition}, offsets ${from} to ${Number(end) - 1}`,
  );
  return [...lines, ...more(total - shown.length)];
}

function contentLines({ content }: VerifyReport): readonly string[] {
  if (content === undefined) return [];
  const { rows, columns, differingRows, differences, predating } = content;
  return [
    `values compared: ${number(rows)} rows, ${number(columns.length)} columns · rows that differ ${number(differingRows)}`,
    ...valueLines('different', differences),
    ...valueLines('perhaps older than the column', predating),
  ];
}

function valueLines(what: string, { total, first }: DifferenceList): readonly string[] {
  if (total === 0) return [];
  const shown = first.slice(0, SHOWN);
  const lines = shown.map(
    ({ partition, offset, column }) =>
      `  ${what}: partition ${partition}, offset ${offset}, column ${column}`,
  );
  return [...lines, ...more(total - shown.length)];
}

function more(left: number): readonly string[] {
  return left > 0 ? [`  ... and ${number(left)} more`] : [];
}
