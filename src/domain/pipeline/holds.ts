import type { BatchPlan, HeldRanges } from '../batch/plan.js';
import type { OffsetOutOfRange } from '../errors.js';
import type { HoldReason, Offset, ResolveHoldInput } from './public-types.js';
import type { HeldPlan, PartitionColumns, PipelineState, Skip } from './state.js';

export function newHold(
  hold: {
    readonly partition: number;
    readonly reason: HoldReason;
    readonly detail: string;
    readonly first: Offset;
    readonly end: Offset;
    readonly firstAvailable: Offset;
  },
  nowMs: number,
): HeldPlan {
  const { partition, reason, detail, first, end, firstAvailable } = hold;
  const since = new Date(nowMs).toISOString();
  return {
    hold: { partition, reason, since, detail, range: { partition, first, end }, firstAvailable },
    plan: null,
  };
}

/** A range that can't be read: below the log's start its records are gone, above its end the log is another one. */
export function heldOutOfRange({ partition, offset, logStart, end }: OffsetOutOfRange): HeldRanges {
  if (offset < logStart) {
    return {
      partitions: [partition],
      reason: 'DataLost',
      detail: `Retention removed offsets [${offset}, ${logStart}) of partition ${partition} before they were read.`,
      firstAvailable: String(logStart),
    };
  }
  return {
    partitions: [partition],
    reason: 'TopicRewound',
    detail: `The log of partition ${partition} ends at ${end}, and offset ${offset} was to be read: records were removed from its end, or the topic was made again.`,
    firstAvailable: String(logStart),
  };
}

export type Resolution =
  | { readonly kind: 'resolved'; readonly state: PipelineState }
  | { readonly kind: 'refused'; readonly why: string };

/** Carries out a person's decision about held partitions, or says why it can't be. */
export function resolveHold(state: PipelineState, input: ResolveHoldInput): Resolution {
  const chosen = state.holds.filter(
    ({ hold }) => input.partition === 'all' || hold.partition === input.partition,
  );
  if (chosen.length === 0) {
    const held = state.holds.map(({ hold }) => hold.partition).join(', ');
    return refuse(`partition ${input.partition} is not held; held: ${held || 'none'}`);
  }
  let next = state;
  for (const held of chosen) {
    const resolution = resolveOne(next, held, input);
    if (resolution.kind === 'refused') return resolution;
    next = resolution.state;
  }
  return { kind: 'resolved', state: next };
}

function resolveOne(state: PipelineState, held: HeldPlan, input: ResolveHoldInput): Resolution {
  const released = { ...state, holds: state.holds.filter((each) => each !== held) };
  switch (input.action) {
    case 'retry':
      return resolved(issueAgain(released, held.plan));
    case 'continue':
      return goOn(released, held);
    case 'skipTo':
      return skipTo(released, held, input.offset ?? held.hold.range.first);
  }
}

function goOn(state: PipelineState, held: HeldPlan): Resolution {
  const { plan, hold } = held;
  switch (hold.reason) {
    case 'TooManyRejections':
      return resolved(issueAgain(state, plan && { ...plan, acceptRejections: true }));
    case 'GroupOwnedElsewhere':
      return resolved(
        issueAgain({ ...state, takeGroup: true }, plan && { ...plan, takeGroup: true }),
      );
    case 'TableReplaced': {
      const target = held.foundTarget ?? state.target;
      const again = plan && {
        ...plan,
        tableId: target.tableId,
        cut: { ...plan.cut, columns: target.columns },
      };
      return resolved(issueAgain({ ...state, target }, again));
    }
    case 'DataLost':
    case 'TopicRewound':
      return skipTo(state, held, hold.firstAvailable ?? hold.range.end);
  }
}

/** Forward: the offsets between are a recorded decision. Back: a new epoch, because those offsets are read again. */
function skipTo(state: PipelineState, held: HeldPlan, offset: Offset): Resolution {
  const { partition, reason, detail } = held.hold;
  const { cursor, epoch } = state.partitions;
  const from = cursor[partition] ?? '0';
  if (reason === 'GroupOwnedElsewhere') {
    return refuse(`partition ${partition} is held because of its group: use "retry" or "continue"`);
  }
  if (reason === 'TopicRewound' || Number(offset) < Number(from)) {
    const topicId = held.foundTopicId ?? state.topicId;
    return resolved({
      ...state,
      topicId,
      partitions: rewound(state.partitions, partition, offset),
    });
  }
  const target = held.foundTarget ?? state.target;
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

function rewound(columns: PartitionColumns, partition: number, offset: Offset): PartitionColumns {
  return {
    ...columns,
    cursor: columns.cursor.with(partition, offset),
    end: columns.end.with(partition, offset),
    logStart: columns.logStart.with(partition, offset),
    reconcileUntil: columns.reconcileUntil.with(partition, '0'),
    epoch: columns.epoch.with(partition, (columns.epoch[partition] ?? 0) + 1),
  };
}

function issueAgain(state: PipelineState, plan: BatchPlan | null): PipelineState {
  return plan === null ? state : { ...state, pending: [...state.pending, plan] };
}

function resolved(state: PipelineState): Resolution {
  return { kind: 'resolved', state };
}

function refuse(why: string): Resolution {
  return { kind: 'refused', why };
}
