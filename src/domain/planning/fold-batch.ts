import type { BatchOutcome, BatchPlan, RangeDone } from '../pipeline/batch-plan.js';
import type { LoneRecord, PlannedRange } from '../records/offset-range.js';
import { NO_LEADER_EPOCH } from '../log/leader-epochs.js';
import { RECENT_BATCHES, WARNINGS_KEPT } from '../limits.js';
import type { SeenEnd } from '../pipeline/await-records.js';
import { type BatchSummary, describeRanges } from '../pipeline/batch-summary.js';
import { heldPlans, isReplaced } from './held-plans.js';
import { type LogLook, withLook } from './log-ends.js';
import { withNewPartitions } from './new-partitions.js';
import { averageBytes, nextShrunk } from './sizing.js';
import type { PartitionColumns, PipelineState, Skip, Totals } from '../pipeline/state.js';
import { withFoundTarget } from './table-refresh.js';
import type { Target } from '../table/target.js';
import { unavailableAfter } from './unavailable.js';
import { afterCommit } from './uncommitted.js';
import type { DeadLetterCounts, DeadLetterReason } from '../dead-letters/dead-letter.js';

/**
 * Applies the result of a batch to the state. Cursors move by what the batch reports as done, never by what was planned,
 * and only if its ranges start exactly at the cursors. Anything else is a bug and throws.
 */
export function foldBatch(
  state: PipelineState,
  plan: BatchPlan,
  outcome: BatchOutcome,
  nowMs: number,
): PipelineState {
  const rest = outcome.kind === 'done' ? [] : outcome.rest;
  assertTiled(plan, outcome.done, rest);
  const seen = withFoundTarget(withLook(state, lookOf(outcome)), outcome.foundTarget);
  const { partitionCount = 0 } = outcome;
  const columns = withNewPartitions(state, seen.partitions, partitionCount);
  const moved = advance(columns, outcome.done);
  const skipping = isSkipped(state, outcome);
  const { logStart } = state.partitions;
  const held =
    outcome.kind === 'held' && !skipping ? heldPlans(plan, outcome, { logStart, nowMs }) : [];
  const next = {
    ...seen,
    partitions: lookFirstBelow(moved, rest),
    ...availabilityAfter(state, outcome, nowMs),
    totals: addUp(state.totals, outcome),
    holds: [...state.holds.filter((each) => !isReplaced(each, held)), ...held],
    skips: skipping ? [...state.skips, ...skipsOf(outcome)] : state.skips,
    pending: state.pending.filter((each) => each !== plan),
    recent: [...state.recent, summary(plan, outcome, nowMs)].slice(-RECENT_BATCHES),
    alone: stillAhead(withLone(state.alone, outcome), moved),
    ...refusalsAfter(state, plan, outcome),
    nextBatch: Math.max(state.nextBatch, plan.batch + 1),
    bytesPerRecord: averageBytes(state.bytesPerRecord, outcome.stats),
    shrunk: nextShrunk(state, plan, outcome),
    target: targetAfter(seen.target, plan, outcome),
    warnings: withWarnings(seen.warnings, outcome.warnings),
    committedMs: outcome.done.length > 0 ? nowMs : state.committedMs,
  };
  return afterCommit(next, outcome);
}

function targetAfter(target: Target, { tableId }: BatchPlan, outcome: BatchOutcome): Target {
  const isOfTable = outcome.replicatedId !== undefined && target.tableId === tableId;
  // Earlier releases read the columns again in the middle of a batch. All other splits keep the columns of their plan.
  const isRefreshed = outcome.kind === 'recut' && outcome.refusal?.action === 'refresh';
  return {
    ...target,
    ...(isRefreshed && { columns: outcome.cut.columns }),
    ...(isOfTable && { replicatedId: outcome.replicatedId }),
  };
}

/** Leaders that did not answer the batch. A lane with a backlog waits for no records, so only its batches report this. */
function availabilityAfter(
  { unavailable: known = [], partitions }: PipelineState,
  { unavailable }: BatchOutcome,
  nowMs: number,
): Pick<PipelineState, 'unavailable'> {
  if (unavailable === undefined) return {};
  const all = partitions.cursor.map((_, partition) => partition);
  const after = unavailableAfter(known, { atMs: nowMs, partitions: all, unavailable });
  return { unavailable: after.length > 0 ? after : undefined };
}

/** Ends of the log that the batch saw. Earlier releases reported neither their time nor the high watermark. */
function lookOf({ done, grown = [], lookedAtMs = 0 }: BatchOutcome): LogLook {
  const ends = done.map(
    ({ partition, logEnd, highWatermark = logEnd, logEndLeaderEpoch }): SeenEnd => ({
      ...{ partition, end: logEnd, logEnd: highWatermark, leaderEpoch: logEndLeaderEpoch },
    }),
  );
  return { atMs: lookedAtMs, ends: lookedAtMs === 0 ? [] : [...ends, ...grown] };
}

/** The newest distinct warnings. */
export function withWarnings(
  known: readonly string[],
  found: readonly string[],
): readonly string[] {
  return [...known.filter((text) => !found.includes(text)), ...found].slice(-WARNINGS_KEPT);
}

function assertTiled(
  plan: BatchPlan,
  done: readonly RangeDone[],
  rest: readonly PlannedRange[],
): void {
  for (const planned of plan.ranges) {
    const first = done.filter((range) => range.partition === planned.partition);
    const then = rest.filter((range) => range.partition === planned.partition);
    let at = planned.first;
    for (const range of [...first, ...then]) {
      if (range.first !== at || range.epoch !== planned.epoch) {
        throw new Error(
          `Ledger: batch ${plan.batch} reported [${range.first}, ${range.end}) of partition ${planned.partition}, but ${at} comes next`,
        );
      }
      at = range.end;
    }
    if (at !== planned.end) {
      throw new Error(
        `Ledger: batch ${plan.batch} reported partition ${planned.partition} only up to ${at} of ${planned.end}`,
      );
    }
  }
  const planned = new Set(plan.ranges.map((range) => range.partition));
  for (const range of [...done, ...rest]) {
    if (!planned.has(range.partition)) {
      throw new Error(
        `Ledger: batch ${plan.batch} reported partition ${range.partition}, which its plan does not have`,
      );
    }
  }
}

function advance(columns: PartitionColumns, done: readonly RangeDone[]): PartitionColumns {
  const cursor = [...columns.cursor];
  const rows = [...columns.rows];
  const deadLetters = [...columns.deadLetters];
  const end = [...columns.end];
  const logEnd = columns.logEnd && [...columns.logEnd];
  const leaderEpochs = [...columns.leaderEpochs];
  const endLeaderEpoch = [...columns.endLeaderEpoch];
  for (const range of done) {
    const { partition } = range;
    if (cursor[partition] !== range.first || columns.epoch[partition] !== range.epoch) {
      throw new Error(
        `Ledger: [${range.first}, ${range.end}) of partition ${partition} was done, but the cursor is at ${cursor[partition] ?? 'nothing'}`,
      );
    }
    cursor[partition] = range.end;
    leaderEpochs[partition] = range.leaderEpochs ?? [];
    const { logEnd: stable, highWatermark = stable } = range;
    if (Number(stable) > Number(end[partition])) {
      end[partition] = stable;
      endLeaderEpoch[partition] = range.logEndLeaderEpoch ?? NO_LEADER_EPOCH;
    }
    if (logEnd && Number(highWatermark) > Number(logEnd[partition]))
      logEnd[partition] = highWatermark;
    rows[partition] = (rows[partition] ?? 0) + range.rows;
    deadLetters[partition] = (deadLetters[partition] ?? 0) + range.deadLetters;
  }
  const ends = { end, ...(logEnd && { logEnd }), endLeaderEpoch };
  return { ...columns, cursor, ...ends, leaderEpochs, rows, deadLetters };
}

function withLone(known: readonly LoneRecord[], outcome: BatchOutcome): readonly LoneRecord[] {
  if (outcome.kind !== 'recut') return known;
  const isKnown = (record: LoneRecord) =>
    known.some(
      ({ partition, offset }) => partition === record.partition && offset === record.offset,
    );
  return [...known, ...outcome.cut.alone.filter((record) => !isKnown(record))];
}

function stillAhead(
  records: readonly LoneRecord[],
  { cursor }: PartitionColumns,
): readonly LoneRecord[] {
  return records.filter(({ partition, offset }) => offset >= Number(cursor[partition]));
}

/** A decision about refusals ends with its range. */
function refusalsAfter(
  { refusals = {}, acceptRefusals = {} }: PipelineState,
  { lane }: BatchPlan,
  { refusals: found, done }: BatchOutcome,
): Pick<PipelineState, 'refusals' | 'acceptRefusals'> {
  const others = Object.entries(refusals).filter(([each]) => each !== String(lane));
  const ends = new Map(done.map(({ partition, end }) => [String(partition), end]));
  const ahead = Object.entries(acceptRefusals).filter(
    ([partition, below]) => Number(ends.get(partition) ?? 0) < Number(below),
  );
  return {
    refusals: Object.fromEntries(found === undefined ? others : [...others, [lane, found]]),
    acceptRefusals: Object.fromEntries(ahead),
  };
}

/** A new split of these ranges has other tokens, so the batch has to reconcile everything that was sent of them. */
function lookFirstBelow(
  columns: PartitionColumns,
  rest: readonly PlannedRange[],
): PartitionColumns {
  if (rest.length === 0) return columns;
  const reconcileUntil = [...columns.reconcileUntil];
  for (const { partition, end } of rest) {
    if (Number(reconcileUntil[partition]) < Number(end)) reconcileUntil[partition] = end;
  }
  return { ...columns, reconcileUntil };
}

/** Records that retention removed are skipped without a hold if the settings say so. */
function isSkipped(
  { settings }: PipelineState,
  outcome: BatchOutcome,
): outcome is Extract<BatchOutcome, { kind: 'held' }> {
  return (
    outcome.kind === 'held' && outcome.held.reason === 'DataLost' && settings.onDataLoss === 'skip'
  );
}

function skipsOf({ rest, held }: Extract<BatchOutcome, { kind: 'held' }>): readonly Skip[] {
  return rest
    .filter(({ partition }) => held.partitions.includes(partition))
    .map(({ partition, epoch, first, end }) => ({
      partition,
      epoch,
      first,
      end: held.firstAvailable ?? end,
      why: held.detail,
    }));
}

function addUp(totals: Totals, { stats, done }: BatchOutcome): Totals {
  const deadLetters = countDeadLetters(stats.deadLetters);
  return {
    ...totals,
    rows: totals.rows + stats.rows,
    deadLetters: totals.deadLetters + deadLetters,
    deadLettersByReason: addReasons(totals.deadLettersByReason, stats.deadLetters),
    filtered: totals.filtered + stats.filtered,
    batches: totals.batches + (done.length > 0 ? 1 : 0),
  };
}

export function countDeadLetters(counts: DeadLetterCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function addReasons(left: DeadLetterCounts, right: DeadLetterCounts): DeadLetterCounts {
  const sum: Partial<Record<DeadLetterReason, number>> = { ...left };
  for (const [reason, count] of Object.entries(right) as [DeadLetterReason, number][]) {
    sum[reason] = (sum[reason] ?? 0) + count;
  }
  return sum;
}

function summary(plan: BatchPlan, { stats, done }: BatchOutcome, nowMs: number): BatchSummary {
  return {
    batch: plan.batch,
    lane: plan.lane,
    at: new Date(nowMs).toISOString(),
    records: stats.records,
    rows: stats.rows,
    deadLetters: countDeadLetters(stats.deadLetters),
    filtered: stats.filtered,
    bytes: stats.bytes,
    blocks: stats.blocks,
    attempt: stats.attempt,
    oldestRecordMs: stats.oldestRecordMs,
    phases: stats.phases,
    ranges: describeRanges(done.length > 0 ? done : plan.ranges),
  };
}
