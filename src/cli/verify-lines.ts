import type { DifferenceList, RangeList, VerifyReport } from '../domain/verify/public-types.js';
import { counted } from '../domain/readable-units.js';
import type { Style } from './text/style.js';
import { quoted } from './text/shell.js';
import { countList, number } from './text/table.js';
import { splitRange, type Unmoved } from './unmoved-records.js';

/** How many ranges and values are shown; the report has up to a hundred. */
const SHOWN = 20;

/** The verdict, the numbers behind it, and what is wrong by partition and offset. `unmoved` is null if that is not known. */
export function verifyLines(
  report: VerifyReport,
  style: Style,
  unmoved: Unmoved | null = null,
): readonly string[] {
  const { topic, table, notes, unjudged } = report;
  const lost = report.lost === null ? null : report.lost - (unmoved?.records ?? 0);
  return [
    verdictLine(report, style, unmoved),
    `${topic} and ${table}: ${number(report.compared)} of ${number(report.offsets)} offsets compared`,
    `records ${number(report.records)} · rows ${number(report.rows)} · dead letters ${number(report.deadLetters)} (open ${number(report.openDeadLetters)}, dropped ${number(report.droppedDeadLetters)}) · redriven ${number(report.redriven)} · filtered ${number(report.filtered)} · skipped ${number(report.skipped)}`,
    `lost ${number(lost)}${unmovedCount(unmoved)} · duplicated ${number(report.doubled)} · without a record ${number(report.withoutRecord)} · of older epochs ${number(report.olderEpochs)}`,
    ...(unjudged > 0 ? [`not judged ${number(unjudged)}, for the reasons below`] : []),
    ...lostLines(report.lostRanges, unmoved),
    ...rangeLines('duplicated', report.doubledRanges),
    ...contentLines(report),
    ...[...unmovedNotes(unmoved), ...notes].map((note) => `- ${note}`),
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

/** Records that the pipeline has not come to are in Kafka, so they must not look like lost ones. */
function verdictLine(report: VerifyReport, style: Style, unmoved: Unmoved | null): string {
  const { verdict, lost, otherEvents } = report;
  if (verdict === 'lost' && otherEvents === 0 && unmoved !== null && unmoved.records === lost) {
    return `${style.bold(style.yellow('not moved yet'))}  no record is lost: the missing ones are in Kafka, and the pipeline has not moved them yet`;
  }
  const mark =
    verdict === 'complete' ? style.green : verdict === 'unknown' ? style.yellow : style.red;
  return `${style.bold(mark(verdict.replaceAll('doubled', 'duplicated')))}  ${MEANINGS[verdict] ?? 'records are wrong in more than one way'}`;
}

function unmovedCount(unmoved: Unmoved | null): string {
  return unmoved === null || unmoved.records === 0
    ? ''
    : ` · not moved yet ${number(unmoved.records)}`;
}

function unmovedNotes(unmoved: Unmoved | null): readonly string[] {
  if (unmoved === null) return [];
  const { workflowId, state, records, holds } = unmoved;
  const status = `\`millrace status ${quoted(workflowId)}\``;
  if (Object.keys(holds).length > 0) {
    return [
      `Held partitions: ${countList(holds)}. Their records wait for a decision: ${status} shows why, and the commands that decide.`,
    ];
  }
  if (records === 0 || state === 'running') return [];
  const what = { draining: 'is stopping', ended: 'has ended' }[state as string] ?? `is ${state}`;
  return [`The pipeline ${what}: ${status} shows more.`];
}

function lostLines({ total, first }: RangeList, unmoved: Unmoved | null): readonly string[] {
  if (unmoved === null) return rangeLines('lost', { total, first });
  const shown = first.slice(0, SHOWN);
  const lines = shown.flatMap((range) => {
    const parts = splitRange(range, unmoved);
    return [
      ...(parts.lost === null ? [] : [rangeLine('lost', parts.lost)]),
      ...(parts.unmoved === null ? [] : [rangeLine('not moved yet', parts.unmoved)]),
    ];
  });
  return [...lines, ...more(total - shown.length)];
}

function rangeLine(what: string, { partition, first, end }: RangeList['first'][number]): string {
  return `  ${what}: partition ${partition}, offsets ${first} to ${Number(end) - 1}`;
}

function rangeLines(what: string, { total, first }: RangeList): readonly string[] {
  if (total === 0) return [];
  const shown = first.slice(0, SHOWN);
  const lines = shown.map((range) => rangeLine(what, range));
  return [...lines, ...more(total - shown.length)];
}

function contentLines({ content }: VerifyReport): readonly string[] {
  if (content === undefined) return [];
  const { rows, columns, differingRows, differences, predating } = content;
  return [
    `values compared: ${counted(rows, 'row', 'rows')}, ${counted(columns.length, 'column', 'columns')} · rows that differ ${number(differingRows)}`,
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
