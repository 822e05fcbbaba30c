import { OPEN_TRANSACTIONS_KEPT } from '../limits.js';
import { isAnotherTopic } from '../log/log.js';
import { NO_LEADER_EPOCH } from '../log/leader-epochs.js';
import type { SeenEnd, Undecided } from '../pipeline/await-records.js';
import type { Offset } from '../records/offset-range.js';
import type { PartitionColumns, PipelineState } from '../pipeline/state.js';
import type { OpenTransaction } from '../pipeline/pipeline-status.js';
import type { LogSeen } from '../pipeline/messages.js';

/** One look at the ends of some partitions. */
export interface LogLook {
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
  readonly ends: readonly SeenEnd[];
  /** What the observer knows of partitions that stand still; it may have watched them for longer than one look. */
  readonly undecided?: readonly Undecided[] | undefined;
}

/** What a look saw, as state. A partition that was looked at later already stays as it is. */
export function withLook(state: PipelineState, look: LogLook): PipelineState {
  const { partitions } = state;
  const end = [...partitions.end];
  const logEnd = [...(partitions.logEnd ?? partitions.end)];
  const endLeaderEpoch = [...partitions.endLeaderEpoch];
  const seenMs = [...(partitions.seenMs ?? partitions.end.map(() => 0))];
  const newer = look.ends.filter(
    ({ partition }) => partition in end && look.atMs >= (seenMs[partition] ?? 0),
  );
  if (newer.length === 0) return state;
  for (const seen of newer) {
    end[seen.partition] = seen.end;
    logEnd[seen.partition] = seen.logEnd;
    endLeaderEpoch[seen.partition] = seen.leaderEpoch ?? NO_LEADER_EPOCH;
    seenMs[seen.partition] = look.atMs;
  }
  return {
    ...state,
    partitions: { ...partitions, end, logEnd, endLeaderEpoch, seenMs },
    undecided: undecidedAfter(state.undecided ?? [], { ...look, ends: newer }),
  };
}

/** A worker tells of the ends while a batch is being retried. Another topic's ends say nothing about this one. */
export function foldLogSeen(state: PipelineState, seen: LogSeen): PipelineState {
  if (isAnotherTopic(state.topicId, seen.topicId)) return state;
  const ends = state.partitions.cursor.flatMap((_, partition): readonly SeenEnd[] => {
    const [end, logEnd] = [seen.ends[partition], seen.logEnds[partition]];
    const leaderEpoch = seen.leaderEpochs?.[partition];
    if (end === undefined || logEnd === undefined) return [];
    return [{ partition, end, logEnd, leaderEpoch }];
  });
  return withLook(state, { atMs: seen.atMs, ends });
}

function undecidedAfter(known: readonly Undecided[], look: LogLook): readonly Undecided[] {
  const looked = new Set(look.ends.map(({ partition }) => partition));
  const others = known.filter(({ partition }) => !looked.has(partition));
  const found = look.ends
    .filter(({ end, logEnd }) => Number(end) < Number(logEnd))
    .map(({ partition, end }): Undecided => {
      const isIt = (each: Undecided) => each.partition === partition && each.first === end;
      const before = known.find(isIt);
      const told = look.undecided?.find(isIt);
      const sinceMs = Math.min(before?.sinceMs ?? look.atMs, told?.sinceMs ?? look.atMs);
      const producerId = told?.producerId ?? before?.producerId;
      return { partition, first: end, sinceMs, ...(producerId !== undefined && { producerId }) };
    });
  return [...others, ...found]
    .sort((a, b) => a.sinceMs - b.sinceMs)
    .slice(0, OPEN_TRANSACTIONS_KEPT);
}

/** Where the log of a partition was seen to end. */
export function logEndOf(columns: PartitionColumns, partition: number): Offset {
  return columns.logEnd?.[partition] ?? columns.end[partition] ?? '0';
}

/** Records between the cursor and the end of the log, whether they can be read yet or not. */
export function lagOf(columns: PartitionColumns, partition: number): number {
  return Math.max(0, Number(logEndOf(columns, partition)) - Number(columns.cursor[partition]));
}

/** When the ends of a partition were seen, in milliseconds since 1970; null where that is not known. */
export function seenMsOf(columns: PartitionColumns, partition: number): number | null {
  const seenMs = columns.seenMs?.[partition] ?? 0;
  return seenMs > 0 ? seenMs : null;
}

/**
 * The transaction that a partition waits for. The ends are read one after the other, so that records which arrive
 * between two reads look undecided: only a partition that stood still from one look to a later one has a transaction open.
 */
export function openTransactionOf(
  { partitions, undecided = [] }: PipelineState,
  partition: number,
): OpenTransaction | null {
  const found = undecided.find((each) => each.partition === partition);
  if (found === undefined || (seenMsOf(partitions, partition) ?? 0) <= found.sinceMs) return null;
  return {
    firstOffset: found.first,
    since: new Date(found.sinceMs).toISOString(),
    records: Number(logEndOf(partitions, partition)) - Number(found.first),
    ...(found.producerId !== undefined && { producerId: found.producerId }),
  };
}
