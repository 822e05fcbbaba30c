import type { BatchPlan } from '../pipeline/batch-plan.js';
import { NO_REFUSALS } from '../insert-failures/table-refusals.js';
import type { LogDecision } from '../log/log.js';
import { leaderEpochsBelow, NO_LEADER_EPOCH } from '../log/leader-epochs.js';
import { withLess } from './go-on-with-less.js';
import { holdForNewTopic } from './new-holds.js';
import type { Offset } from '../records/offset-range.js';
import type { ResolveHoldInput } from '../pipeline/messages.js';
import {
  type HeldPlan,
  type PartitionColumns,
  type PipelineState,
  type Skip,
  TO_LOG_END,
} from '../pipeline/state.js';

type Resolution =
  | { readonly kind: 'resolved'; readonly state: PipelineState }
  | { readonly kind: 'refused'; readonly why: string };

export interface Deciding {
  /** Partitions of running batches. Their cursors must not move until the batches have ended. */
  readonly inHand: readonly number[];
  readonly nowMs: number;
}

/** Applies a person's decision about held partitions, or explains why it can't be applied. */
export function resolveHold(
  state: PipelineState,
  input: ResolveHoldInput,
  { inHand, nowMs }: Deciding,
): Resolution {
  const chosen = chosenHolds(state, input);
  if (chosen.length === 0) {
    const held = state.holds.map(({ hold }) => hold.partition).join(', ');
    return refuse(`partition ${input.partition} is not held; held: ${held || 'none'}`);
  }
  const busy = chosen.find(({ hold }) => inHand.includes(hold.partition));
  if (busy !== undefined) {
    const { partition } = busy.hold;
    return refuse(
      `partition ${partition} is still part of a running batch: try again when the batch has ended`,
    );
  }
  let next = state;
  for (const { hold } of chosen) {
    // A decision about one hold may have changed the plan of another.
    const held = next.holds.find((each) => each.hold === hold);
    if (held === undefined) continue;
    const resolution = resolveOne(afterOtherOwner(next, held), held, { ...input, nowMs });
    if (resolution.kind === 'refused') return resolution;
    next = resolution.state;
  }
  if (next.topicId === state.topicId) return resolved(next);
  // Partitions without a decision are held, because their cursors belong to the old topic and mean nothing in the new one.
  const undecided = { topicId: next.topicId, before: state.topicId };
  return resolved(holdOthers(next, chosen, { undecided, nowMs }));
}

/** Holds that share a plan continue together, because its blocks hold records of all of them. */
function chosenHolds(
  { holds }: PipelineState,
  { partition, action }: ResolveHoldInput,
): readonly HeldPlan[] {
  if (partition === 'all') return newTopicFirst(holds);
  const named = holds.filter(({ hold }) => hold.partition === partition);
  if (action === 'skipTo') return named;
  return holds.filter((each) => named.some((one) => one === each || sharesPlan(one, each)));
}

/**
 * Resolves the holds that know of the new topic first. A batch that was reading while the topic was recreated only reports
 * that its offsets are out of range. Its partitions also belong to the new topic and share an epoch with the others.
 */
function newTopicFirst(holds: readonly HeldPlan[]): readonly HeldPlan[] {
  const isTold = ({ foundTopicId }: HeldPlan) => foundTopicId !== undefined;
  return [...holds.filter(isTold), ...holds.filter((each) => !isTold(each))];
}

function sharesPlan({ plan }: HeldPlan, { hold }: HeldPlan): boolean {
  return (
    plan !== null &&
    plan.ranges.length > 1 &&
    plan.ranges.some(
      ({ partition, first }) => partition === hold.partition && first === hold.range.first,
    )
  );
}

function holdOthers(
  state: PipelineState,
  decided: readonly HeldPlan[],
  {
    undecided,
    nowMs,
  }: { readonly undecided: Parameters<typeof holdForNewTopic>[1]; nowMs: number },
): PipelineState {
  const done = new Set(decided.map(({ hold }) => hold.partition));
  const held = holdForNewTopic(state, undecided, nowMs);
  return { ...held, holds: held.holds.filter(({ hold }) => !done.has(hold.partition)) };
}

function resolveOne(
  state: PipelineState,
  held: HeldPlan,
  input: ResolveHoldInput & Pick<Deciding, 'nowMs'>,
): Resolution {
  const released = { ...state, holds: state.holds.filter((each) => each !== held) };
  switch (input.action) {
    case 'retry':
      return retry(released, held);
    case 'continue':
      return goOn(released, held, input.nowMs);
    case 'skipTo':
      return skipTo(released, held, input.offset ?? held.hold.range.first);
  }
}

function retry(state: PipelineState, held: HeldPlan): Resolution {
  const { partition } = held.hold;
  if (held.foundTopicId === state.topicId) {
    return refuse(
      `partition ${partition} still has an offset of the earlier topic, but the pipeline now reads the new topic of that name: use "continue" to read it from its start, or "skipTo" with one of its offsets`,
    );
  }
  // The records of one partition may be too few to be held again, although they are all bad.
  const again = held.hold.reason === 'TooManyRejections' && { toleratesRejections: 0 };
  return resolved(issueAgain(state, held.plan && { ...held.plan, ...again }));
}

function goOn(state: PipelineState, held: HeldPlan, nowMs: number): Resolution {
  const { plan, hold } = held;
  switch (hold.reason) {
    case 'TooManyRejections':
      return resolved(issueAgain(state, plan && { ...plan, acceptRejections: true }));
    case 'GroupOwnedElsewhere':
      return resolved(
        issueAgain({ ...state, takeGroup: true }, plan && { ...plan, takeGroup: true }),
      );
    case 'TableRefuses':
      return resolved(issueAgain(...acceptingRefusals(state, held)));
    case 'TableReplaced': {
      const target = held.foundTarget ?? state.target;
      const { tableId, replicatedId, findable, columns, tablePartition, contract } = target;
      const cut = plan && { ...plan.cut, columns, tablePartition };
      const found = { tableId, replicatedId, findable, ...(contract && { contract }) };
      const again = plan && cut && { ...plan, ...found, cut };
      return resolved(issueAgain({ ...state, target }, again));
    }
    case 'TableChanged':
      return goOnWithLess(state, held, nowMs);
    case 'BatchTooLarge':
    case 'DataLost':
    case 'TopicRewound':
      return skipTo(state, held, hold.divergedAt ?? hold.firstAvailable ?? hold.range.end);
  }
}

/** The state stores the decision too, because ranges that are left after another refusal are planned again. */
function acceptingRefusals(
  state: PipelineState,
  { plan }: HeldPlan,
): [PipelineState, BatchPlan | null] {
  const ranges = plan?.ranges ?? [];
  const accepted = Object.fromEntries(ranges.map(({ partition, end }) => [partition, end]));
  const acceptRefusals = { ...state.acceptRefusals, ...accepted };
  const refusals = { ...state.refusals, [plan?.lane ?? 0]: NO_REFUSALS };
  const again = plan && { ...plan, acceptRefusals: accepted, refusals: undefined };
  return [{ ...state, acceptRefusals, refusals }, again];
}

function goOnWithLess(state: PipelineState, held: HeldPlan, nowMs: number): Resolution {
  const next = withLess(state, held, nowMs);
  if (next === null) return refuse('the table has no column left to write into: restore it');
  return resolved(issueAgain(next.state, next.plan));
}

/** Forward: the offsets in between become a recorded decision. Backward: a new epoch, because those offsets are read again. */
function skipTo(before: PipelineState, held: HeldPlan, offset: Offset): Resolution {
  const state = withoutShare(before, held);
  const { partition, reason, detail } = held.hold;
  const { cursor, epoch } = state.partitions;
  const from = cursor[partition] ?? '0';
  if (reason === 'GroupOwnedElsewhere') {
    return refuse(`partition ${partition} is held because of its group: use "retry" or "continue"`);
  }
  if (reason === 'TableChanged') {
    return refuse(`partition ${partition} is held because of its table: use "retry" or "continue"`);
  }
  const target = held.foundTarget ?? state.target;
  if (reason === 'TopicRewound' || Number(offset) < Number(from)) {
    const topicId = held.foundTopicId ?? state.topicId;
    const log = topicId === state.topicId ? state.log : newLog(state);
    const next = Math.max((epoch[partition] ?? 0) + 1, log?.firstEpoch ?? 0);
    const { to, skips } = rewindOf(held, offset, { cursor: from, epoch: next });
    const at = { offset: to, epoch: next, isSameTopic: held.foundTopicId === undefined };
    const partitions = rewound(state.partitions, partition, at);
    const skipped = [...state.skips, ...skips];
    return resolved({ ...state, topicId, log, target, partitions, skips: skipped });
  }
  if (offset === from) return resolved({ ...state, target });
  const skip: Skip = {
    partition,
    epoch: epoch[partition] ?? 0,
    first: from,
    end: offset,
    why: detail,
  };
  return resolved({ ...state, target, skips: [...state.skips, skip] });
}

/** Somebody decided to read another log. None of the table's rows belong to it, and it shares no epoch with them. */
function newLog({ log, partitions }: PipelineState): LogDecision {
  const firstEpoch = Math.max(log?.firstEpoch ?? 0, ...partitions.epoch.map((each) => each + 1));
  return { choice: 'new', sameAs: [], unknownSince: firstEpoch, firstEpoch };
}

/** Records that are in the log and are left out must be a recorded decision as well. */
function rewindOf(
  { hold }: HeldPlan,
  offset: Offset,
  { cursor, epoch }: { readonly cursor: Offset; readonly epoch: number },
): { readonly to: Offset; readonly skips: readonly Skip[] } {
  const { divergedAt, partition, detail: why } = hold;
  if (divergedAt === undefined) return { to: offset, skips: [] };
  // Records between the cursor and a later divergence have not been read yet.
  const first = earlier(divergedAt, cursor);
  if (Number(offset) <= Number(divergedAt)) return { to: earlier(offset, first), skips: [] };
  return { to: first, skips: [{ partition, epoch, first, end: offset, why }] };
}

function earlier(a: Offset, b: Offset): Offset {
  return Number(a) < Number(b) ? a : b;
}

function rewound(
  columns: PartitionColumns,
  partition: number,
  at: { readonly offset: Offset; readonly epoch: number; readonly isSameTopic: boolean },
): PartitionColumns {
  const { offset, epoch, isSameTopic } = at;
  // Leader epochs of another topic are different.
  const known = isSameTopic ? (columns.leaderEpochs[partition] ?? []) : [];
  return {
    ...columns,
    cursor: columns.cursor.with(partition, offset),
    end: columns.end.with(partition, offset),
    logStart: columns.logStart.with(partition, offset),
    leaderEpochs: columns.leaderEpochs.with(partition, leaderEpochsBelow(known, Number(offset))),
    endLeaderEpoch: columns.endLeaderEpoch.with(partition, NO_LEADER_EPOCH),
    reconcileUntil: columns.reconcileUntil.with(partition, '0'),
    epoch: columns.epoch.with(partition, epoch),
  };
}

/** The other pipeline may have written far beyond the range that waits, so everything up to the end of the log is reconciled. */
function afterOtherOwner(state: PipelineState, { hold }: HeldPlan): PipelineState {
  if (hold.reason !== 'GroupOwnedElsewhere') return state;
  const { partitions } = state;
  const reconcileUntil = partitions.reconcileUntil.with(hold.partition, TO_LOG_END);
  return { ...state, partitions: { ...partitions, reconcileUntil } };
}

/** A skipped partition is removed from the plan that it was held with. The blocks of the other partitions then change. */
function withoutShare(state: PipelineState, skipped: HeldPlan): PipelineState {
  const { partition } = skipped.hold;
  const holds = state.holds.map((each): HeldPlan => {
    if (each.plan === null || !sharesPlan(skipped, each)) return each;
    const ranges = each.plan.ranges.filter((range) => range.partition !== partition);
    return { ...each, plan: { ...each.plan, ranges, earlierSends: 'unknown' } };
  });
  return { ...state, holds };
}

/** Holds that share a plan issue it only once. */
function issueAgain(state: PipelineState, plan: BatchPlan | null): PipelineState {
  const partitions = new Set(plan?.ranges.map(({ partition }) => partition));
  const isIssued = state.pending.some(({ ranges }) =>
    ranges.some(({ partition }) => partitions.has(partition)),
  );
  return plan === null || isIssued ? state : { ...state, pending: [...state.pending, plan] };
}

function resolved(state: PipelineState): Resolution {
  return { kind: 'resolved', state };
}

function refuse(why: string): Resolution {
  return { kind: 'refused', why };
}
