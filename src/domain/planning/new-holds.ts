import type { HeldPartition, HeldRanges } from '../pipeline/batch-plan.js';
import type { BatchTooLarge, OffsetOutOfRange } from '../errors.js';
import type { Divergence } from '../log/divergence.js';
import { mebibytes, wholeMebibytes } from '../readable-units.js';
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

/** The log of a partition whose end was removed after it was read, and that may have grown again since. */
export function truncated(
  { partition, offset, isExact }: Divergence,
  log: { readonly cursor: Offset; readonly logStart: Offset; readonly logEnd: Offset },
): HeldPartition {
  const { cursor, logStart, logEnd } = log;
  const from = isExact ? `from offset ${offset} on` : `from offset ${offset} on, or even before`;
  const detail = `Kafka lost records of partition ${partition} that were read before, as an unclean leader election does: its log holds others ${from}. The next offset to read was ${cursor}, and the log ends at ${logEnd}.`;
  const divergedAt = String(offset);
  return { partition, detail, firstAvailable: logStart, logEnd, divergedAt };
}

/** Says that another topic stands under the name. Nobody can see from here whether it is on another cluster. */
export function anotherTopic(topicId: string, before: string, what: string): string {
  return `Another topic has the name (id ${topicId}, before ${before}): it was recreated, or the brokers are another cluster. Offsets of one mean nothing in the other: ${what} belong to the one before. If the topic is an offset-preserving mirror of it, stop the pipeline and start it with "log":"same".`;
}

/** Another topic has the name: no cursor means anything in it. Partitions that are held stay as they are. */
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
 * Partitions whose cursor is an offset of the log that the pipeline reads; left out where all are. Where another topic has
 * the name and nobody has decided yet, the cursor is of the one before.
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
    detail: `The log of partition ${partition} ends at ${end}, and offset ${offset} was to be read: records were removed from its end, or the topic was recreated.`,
    firstAvailable: String(logStart),
    logEnd: String(end),
  };
}

/** A record batch that is read as a whole or not at all, and is too large for this worker. */
export function heldTooLarge(error: BatchTooLarge): HeldRanges {
  const { partition, first, end, bytes, limitBytes } = error;
  const limit = mebibytes(limitBytes);
  const size =
    bytes === null
      ? `more than ${limit}, which is what this worker reads at once`
      : `up to ${mebibytes(bytes)}, and this worker reads at most ${limit} at once`;
  const needed =
    bytes === null
      ? 'more than twice the MILLRACE_MEMORY_MIB of now'
      : `MILLRACE_MEMORY_MIB=${wholeMebibytes(2 * bytes)} or more`;
  return {
    partitions: [partition],
    reason: 'BatchTooLarge',
    detail: `The record batch with offsets [${first}, ${end}) of partition ${partition} expands to ${size}: half of MILLRACE_MEMORY_MIB. With ${needed} on every worker it can be read; otherwise it can only be left out.`,
    firstAvailable: String(end),
  };
}
