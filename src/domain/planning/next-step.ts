import type { BatchPlan, WatchedPartition } from '../pipeline/batch-plan.js';
import type { Offset, OffsetSpan, PlannedRange } from '../records/offset-range.js';
import { type Sharing, splitRows } from '../records/split-rows.js';
import type { LogDecision } from '../log/log.js';
import { NO_LEADER_EPOCH } from '../log/leader-epochs.js';
import type { AwaitInput, TableWatch } from '../pipeline/await-records.js';
import type { EndPosition } from '../pipeline/settings.js';
import { batchSize, currentCut } from './sizing.js';
import type { PipelineState, Skip } from '../pipeline/state.js';
import { describeAfterMs, isUnsettled } from './table-refresh.js';
import type { TableWishes } from '../table/target.js';
import { toldUnavailable } from './unavailable.js';

/** What identifies a run of the workflow. It goes into plans and never influences the order of commands. */
export interface RunIdentity {
  /** First execution run id. */
  readonly pipelineId: string;
  /** This run was made by `temporal workflow reset`, so it is unknown what the abandoned run sent. */
  readonly reset: boolean;
  /** By this time, attempts of an earlier run have learned that it is over. In milliseconds since 1970. */
  readonly notBeforeMs: number;
}

export type Step =
  | { readonly kind: 'ingest'; readonly plan: BatchPlan }
  | { readonly kind: 'skip'; readonly skip: Skip }
  | { readonly kind: 'await'; readonly input: AwaitInput }
  /** All partitions of the lane are held, apart from those at their end. */
  | { readonly kind: 'held' }
  /** Bounded run: all partitions of the lane are at their end. */
  | { readonly kind: 'finished' };

/**
 * Next step of a lane, determined by the state alone. `due`: the last wait is over, so known records are planned even if
 * they don't fill a batch. `lookedAtMs`: when the known ends were read. `sharing` is `even` by default.
 */
export function nextStep(
  state: PipelineState,
  lane: number,
  run: RunIdentity & {
    readonly due: boolean;
    readonly lookedAtMs: number | null;
    readonly sharing?: Sharing;
  },
): Step {
  const pending = state.pending.find((plan) => ownerOf(state, plan) === lane);
  if (pending) return { kind: 'ingest', plan: pending };
  const skip = state.skips.find((each) => state.partitions.lane[each.partition] === lane);
  if (skip) return { kind: 'skip', skip };

  const mine = partitionsOf(state, lane);
  const free = mine.filter((partition) => !isSetAside(state, partition));
  if (free.length === 0)
    return mine.every((p) => isAtEnd(state, p)) ? ended(state) : { kind: 'held' };

  const unavailable = new Set(state.unavailable?.map(({ partition }) => partition));
  const answered = free.filter((partition) => !unavailable.has(partition));
  const backlog = answered.map((partition) => backlogOf(state, partition));
  const waiting = backlog.reduce((sum, span) => sum + (span.end - span.first), 0);
  const size = batchSize(state).rows;
  const complete = answered.every((partition) => isEndKnown(state, partition));
  if (waiting >= size || (waiting > 0 && (run.due || complete))) {
    const shares = splitRows(backlog, size, run.sharing);
    const plan = planOf(state, lane, run, shares);
    // The next batch follows at once, so no long poll checks the partitions whose backlog this batch takes completely.
    const watched = waiting > size ? takenWhole(backlog, shares) : [];
    return { kind: 'ingest', plan: { ...plan, ...(watched.length > 0 && { watched }) } };
  }
  const left = free.filter((partition) => !isAtEnd(state, partition));
  if (complete && left.every((partition) => !unavailable.has(partition)))
    return mine.every((p) => isAtEnd(state, p)) ? ended(state) : { kind: 'held' };
  // A bounded run does not wait for records after its end.
  const waitFor = answered.length < free.length ? left : free;
  return { kind: 'await', input: awaitInput(state, { lane, free: waitFor }, size, run.lookedAtMs) };
}

/** The lane that issues a pending plan. The other lanes leave its partitions alone until then. */
function ownerOf(state: PipelineState, plan: BatchPlan): number | undefined {
  const first = plan.ranges[0];
  return first && state.partitions.lane[first.partition];
}

export function partitionsOf(state: PipelineState, lane: number): number[] {
  return state.partitions.lane.flatMap((owner, partition) => (owner === lane ? [partition] : []));
}

export function isSetAside(state: PipelineState, partition: number): boolean {
  return (
    state.holds.some((held) => held.hold.partition === partition) ||
    state.skips.some((skip) => skip.partition === partition) ||
    state.pending.some((plan) => plan.ranges.some((range) => range.partition === partition))
  );
}

function takenWhole(
  backlog: readonly OffsetSpan[],
  shares: readonly OffsetSpan[],
): readonly WatchedPartition[] {
  const taken = new Map(shares.map(({ partition, end }) => [partition, end]));
  return backlog
    .filter(({ partition, first, end }) => end === (taken.get(partition) ?? first))
    .map(({ partition, end }) => ({ partition, end: String(end) }));
}

function isAtEnd({ partitions }: PipelineState, partition: number): boolean {
  const until = partitions.until?.[partition] ?? null;
  return until !== null && Number(partitions.cursor[partition]) >= Number(until);
}

/** The known end covers everything that this run will read of the partition. */
function isEndKnown({ partitions }: PipelineState, partition: number): boolean {
  const until = partitions.until?.[partition] ?? null;
  return until !== null && Number(partitions.end[partition]) >= Number(until);
}

function ended(state: PipelineState): Step {
  // A run without an end never finishes, so a lane without partitions waits like a held one.
  return state.partitions.until === null ? { kind: 'held' } : { kind: 'finished' };
}

function backlogOf({ partitions }: PipelineState, partition: number): OffsetSpan {
  const first = Number(partitions.cursor[partition]);
  const until = partitions.until?.[partition] ?? null;
  const known = Number(partitions.end[partition]);
  const end = Math.max(first, until === null ? known : Math.min(known, Number(until)));
  return { partition, epoch: partitions.epoch[partition] ?? 0, first, end };
}

function planOf(
  state: PipelineState,
  lane: number,
  run: RunIdentity,
  spans: readonly OffsetSpan[],
): BatchPlan {
  const ranges = spans.map((span) => rangeOf(state, span));
  const mayBeThere = spans.some(
    (span) => span.first < Number(state.partitions.reconcileUntil[span.partition] ?? '0'),
  );
  const unknown = run.reset || mayBeThere || state.settings.existing === 'skip';
  return {
    batch: state.nextBatch,
    lane,
    pipelineId: run.pipelineId,
    topic: state.settings.topic,
    topicId: state.topicId,
    ...(state.log && isWorthSaying(state.log) && { log: state.log }),
    groupId: state.settings.groupId,
    ...(state.target.contract && { contract: state.target.contract }),
    table: state.target.table,
    tableId: state.target.tableId,
    ...(state.target.replicatedId !== undefined && { replicatedId: state.target.replicatedId }),
    tableVersion: state.target.version,
    describeAfterMs: describeAfterMs(state),
    wishes: wishesOf(state),
    findable: state.target.findable,
    ranges,
    cut: currentCut(state),
    expectedBytes: Math.ceil(
      spans.reduce((sum, span) => sum + span.end - span.first, 0) * state.bytesPerRecord,
    ),
    earlierSends: unknown ? 'unknown' : 'none',
    notBeforeMs: unknown ? run.notBeforeMs : 0,
    acceptRejections: false,
    takeGroup: state.takeGroup,
    refusals: state.refusals?.[lane],
    acceptRefusals: acceptedIn(state, spans),
    mayEndEarly: true,
    ...(isBackfill(state) && { fillsSkips: true }),
  };
}

/** Whether the decision differs from the default. Plans leave out defaults, because the history contains every plan. */
function isWorthSaying({ choice, sameAs, unknownSince }: LogDecision): boolean {
  return choice !== null || sameAs.length > 0 || unknownSince > 0;
}

function rangeOf({ partitions }: PipelineState, span: OffsetSpan): PlannedRange {
  const leaderEpochs = partitions.leaderEpochs[span.partition] ?? [];
  const endLeaderEpoch = partitions.endLeaderEpoch[span.partition] ?? NO_LEADER_EPOCH;
  return {
    ...span,
    first: String(span.first),
    end: String(span.end),
    ...(leaderEpochs.length > 0 && { leaderEpochs }),
    ...(endLeaderEpoch >= 0 && { endLeaderEpoch }),
  };
}

function acceptedIn(
  { acceptRefusals = {} }: PipelineState,
  spans: readonly OffsetSpan[],
): BatchPlan['acceptRefusals'] {
  const accepted: Record<string, Offset> = {};
  for (const { partition, first } of spans) {
    const below = acceptRefusals[partition];
    if (below !== undefined && Number(below) > first) accepted[partition] = below;
  }
  return Object.keys(accepted).length === 0 ? undefined : accepted;
}

/** Somebody chose a range and wants the rows that the table lacks. That decision is newer than one to skip records. */
function isBackfill({ settings }: PipelineState): boolean {
  return settings.existing === 'skip' && settings.from !== 'committed' && settings.until !== null;
}

function awaitInput(
  state: PipelineState,
  { lane, free }: { readonly lane: number; readonly free: readonly number[] },
  fullRows: number,
  lookedAtMs: number | null,
): AwaitInput {
  const { settings, partitions, topicId } = state;
  const watched = partitionsOf(state, lane).filter((partition) => !free.includes(partition));
  const told = new Set(toldUnavailable(state).map(({ partition }) => partition));
  const open = free.some((partition) => partitions.until?.[partition] === null);
  return {
    topic: settings.topic,
    topicId,
    partitionCount: partitions.lane.length,
    partitions: free,
    cursors: free.map((partition) => partitions.cursor[partition] ?? '0'),
    leaderEpochs: free.map((partition) => partitions.leaderEpochs[partition] ?? []),
    fullRows,
    intervalSeconds: settings.batch.intervalSeconds,
    lookedAtMs,
    untilMs: open ? untilInstant(settings.until) : null,
    ...(watched.length > 0 && { watched }),
    // One lane is enough to watch the table.
    ...(lane === 0 && isUnsettled(state) && { table: tableWatch(state) }),
    unavailable: [...free, ...watched].filter((partition) => told.has(partition)),
  };
}

function wishesOf({ settings }: PipelineState): TableWishes {
  const { lanes, durability, guarantee, contract } = settings;
  return { lanes, durability, guarantee, ...(contract !== undefined && { contract }) };
}

function tableWatch(state: PipelineState): TableWatch {
  const { target } = state;
  return { target, wishes: wishesOf(state), describeAfterMs: describeAfterMs(state) };
}

function untilInstant(until: EndPosition | null): number | null {
  return typeof until === 'object' && until !== null && 'timestamp' in until
    ? Date.parse(until.timestamp)
    : null;
}
