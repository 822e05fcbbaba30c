import type { HeldPartition, HeldRanges } from '../pipeline/batch-plan.js';
import type { BatchTooLarge, OffsetOutOfRange } from '../errors.js';
import type { Divergence } from '../log/divergence.js';
import { expandsTooFar } from '../holds/batch-too-large.js';
import { retentionRemoved } from '../holds/data-lost.js';
import { anotherTopic, logEndsBefore, logTruncated } from '../holds/topic-rewound.js';
import type { HoldReason } from '../holds/hold.js';
import type { Offset } from '../records/offset-range.js';
import type { HeldPlan, PipelineState } from '../pipeline/state.js';

export function newHold(
  hold: {
    readonly partition: number;
    readonly reason: HoldReason;
    readonly detail: string;
    readonly first: Offset;
    readonly end: Offset;
    readonly firstAvailable: Offset;
    readonly logEnd?: Offset | undefined;
    readonly divergedAt?: Offset | undefined;
  },
  nowMs: number,
): HeldPlan {
  const { first, end, ...said } = hold;
  const since = new Date(nowMs).toISOString();
  const range = { partition: hold.partition, first, end };
  return { hold: { ...said, since, range }, plan: null };
}

/** Hold of a partition whose log was truncated after it was read, and may have grown again since. */
export function truncated(
  divergence: Divergence,
  log: { readonly cursor: Offset; readonly logStart: Offset; readonly logEnd: Offset },
): HeldPartition {
  const { partition, offset } = divergence;
  const { logStart, logEnd } = log;
  const divergedAt = String(offset);
  const detail = logTruncated(divergence, log);
  return { partition, detail, firstAvailable: logStart, logEnd, divergedAt };
}

/** The topic is another one with the same name, so the cursors mean nothing in it. Partitions that are already held do not change. */
export function holdForNewTopic(
  state: PipelineState,
  found: { readonly topicId: string; readonly before: string },
  nowMs: number,
): PipelineState {
  const already = new Set(state.holds.map(({ hold }) => hold.partition));
  const holds = state.partitions.cursor.flatMap((cursor, partition) => {
    if (already.has(partition)) return [];
    const what = `offset ${cursor} and those before it of partition ${partition}`;
    const detail = anotherTopic(found.topicId, found.before, what);
    const range = { first: cursor, end: cursor, firstAvailable: '0' };
    const held = newHold({ partition, reason: 'TopicRewound', detail, ...range }, nowMs);
    return [{ ...held, foundTopicId: found.topicId }];
  });
  return { ...state, holds: [...state.holds, ...holds] };
}

/**
 * Partitions whose cursor is an offset in the log that the pipeline reads. Left out if that applies to all of them. After a
 * topic was recreated, cursors belong to the earlier topic until somebody decides.
 */
export function partitionsInLog({ holds, partitions }: PipelineState): {
  readonly only?: readonly number[];
} {
  const others = new Set(
    holds.flatMap(({ hold, foundTopicId }) => (foundTopicId === undefined ? [] : hold.partition)),
  );
  if (others.size === 0) return {};
  const only = partitions.cursor.flatMap((_, partition) =>
    others.has(partition) ? [] : [partition],
  );
  return { only };
}

/** A range that can't be read. Below the start of the log, its records are gone. After the end, the log is another one. */
export function heldOutOfRange({ partition, offset, logStart, end }: OffsetOutOfRange): HeldRanges {
  if (offset < logStart) {
    return {
      partitions: [partition],
      reason: 'DataLost',
      detail: retentionRemoved({ partition, first: offset, logStart }),
      firstAvailable: String(logStart),
    };
  }
  return {
    partitions: [partition],
    reason: 'TopicRewound',
    detail: logEndsBefore({ partition, logEnd: end, next: offset }),
    firstAvailable: String(logStart),
    logEnd: String(end),
  };
}

/** A record batch that is too large for this worker. It can only be read as a whole. */
export function heldTooLarge(error: BatchTooLarge): HeldRanges {
  const { partition, end } = error;
  return {
    partitions: [partition],
    reason: 'BatchTooLarge',
    detail: expandsTooFar(error),
    firstAvailable: String(end),
  };
}
