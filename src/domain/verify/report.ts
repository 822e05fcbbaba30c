import { PARTITIONS_REPORTED, RANGES_REPORTED } from '../limits.js';
import type {
  PartitionReport,
  RangeList,
  VerifyCounts,
  VerifyReport,
  VerifyVerdict,
} from './public-types.js';
import { writtenName } from '../table/table-name.js';
import { contentReport, contentSum } from './content-report.js';
import type { ContentTally } from './content-tally.js';
import { verifyNotes } from './notes.js';
import type { VerifyPlan } from './plan.js';
import type { VerifyState } from './state.js';
import { NO_TALLY, sumTallies, type Tally } from './tally.js';

/** The report so far. `state` says whether it is final. */
export function verifyReport(
  { plan, found }: VerifyState,
  state: 'comparing' | 'completed' | 'stopped',
): VerifyReport {
  const sum = sumTallies(found.map(({ tally }) => tally));
  const offsets = plan.partitions.map(({ first, end }) => end - first);
  const compared = found.map(({ next }, place) => next - (plan.partitions[place]?.first ?? next));
  const isWhole = total(compared) === total(offsets);
  const values = contentSum(found);
  const content = contentReport({ v: 1, plan, found });
  return {
    state,
    verdict: verdictOf(plan, { ...sum, content: values }, isWhole),
    topic: plan.topic,
    groupId: plan.groupId,
    table: writtenName(plan.table),
    ...countsOf(plan, sum),
    ...(plan.by === 'counts' && { rows: plan.tableRows }),
    openDeadLetters: sum.open,
    droppedDeadLetters: sum.dropped,
    lostRanges: rangeList(plan, found, ({ lostRanges }) => lostRanges),
    doubledRanges: rangeList(plan, found, ({ doubledRanges }) => doubledRanges),
    identitiesCompared: sum.identified,
    otherEvents: sum.otherEvents,
    ...(content && { content }),
    rowsBeforeLog: plan.rowsBeforeLog,
    unjudged: unjudgedOf(plan, sum),
    compared: total(compared),
    offsets: total(offsets),
    partitions: partitionReports(plan, found),
    notes: verifyNotes(
      plan,
      { ...sum, content: values },
      { isStopped: state === 'stopped' && !isWhole },
    ),
  };
}

/** The report before anything is known. */
export function startingReport(): VerifyReport {
  const nothing: VerifyPlan = {
    topic: '',
    topicId: '',
    groupId: '',
    table: { database: '', table: '' },
    hasDeadLetters: false,
    by: 'offsets',
    keepsRows: true,
    tableRows: 0,
    rowsBeforeLog: 0,
    partitions: [],
    doubts: [],
    notes: [],
  };
  const report = verifyReport({ v: 1, plan: nothing, found: [] }, 'comparing');
  return { ...report, state: 'starting', verdict: 'unknown', table: '' };
}

function verdictOf(
  plan: VerifyPlan,
  sum: Tally & { readonly content: ContentTally },
  isWhole: boolean,
): VerifyVerdict {
  if (plan.by === 'counts') return 'unknown';
  // A missing row may have been merged with another one, or may have expired.
  const isLost = (sum.lost > 0 && plan.keepsRows) || sum.otherEvents > 0;
  const isDoubled = sum.doubled > 0;
  const { differences, predating, uncomparedRows } = sum.content;
  const isDifferent = differences.total > 0;
  const known = isLost ? (isDoubled ? 'lost-and-doubled' : 'lost') : isDoubled ? 'doubled' : null;
  if (known !== null) return isDifferent ? `${known}-and-different` : known;
  if (isDifferent) return 'different';
  const isJudged =
    isWhole && unjudgedOf(plan, sum) === 0 && predating.total === 0 && uncomparedRows === 0;
  return isJudged && plan.doubts.length === 0 && sum.lost === 0 ? 'complete' : 'unknown';
}

function unjudgedOf({ undecided = 0 }: VerifyPlan, { unjudged = 0 }: Tally): number {
  return undecided + unjudged;
}

function countsOf({ by }: VerifyPlan, tally: Tally): VerifyCounts {
  const { records, open, dropped, redriven, filtered, skipped } = tally;
  const known = { records, deadLetters: open + dropped, redriven, filtered, skipped };
  if (by === 'counts') {
    const nobodyKnows = { rows: null, lost: null, doubled: null };
    return { ...known, ...nobodyKnows, olderEpochs: null, withoutRecord: null };
  }
  const { rows, lost, doubled, olderEpochs, withoutRecord } = tally;
  return { ...known, rows, lost, doubled, olderEpochs, withoutRecord };
}

function partitionReports(
  plan: VerifyPlan,
  found: VerifyState['found'],
): readonly PartitionReport[] {
  return plan.partitions.slice(0, PARTITIONS_REPORTED).map(({ partition, first, end }, place) => {
    const { next, tally } = found[place] ?? { next: first, tally: NO_TALLY };
    const range = { partition, first: String(first), end: String(end), next: String(next) };
    return { ...range, ...countsOf(plan, tally) };
  });
}

function rangeList(
  plan: VerifyPlan,
  found: VerifyState['found'],
  rangesOf: (tally: Tally) => Tally['lostRanges'],
): RangeList {
  const ranges = found.flatMap(({ tally }, place) =>
    rangesOf(tally).first.map(([first, end]) => ({
      partition: plan.partitions[place]?.partition ?? 0,
      first: String(first),
      end: String(end),
    })),
  );
  return {
    total: total(found.map(({ tally }) => rangesOf(tally).total)),
    first: ranges.slice(0, RANGES_REPORTED),
  };
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
