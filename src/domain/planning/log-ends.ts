import { OPEN_TRANSACTIONS_KEPT } from '../limits.js';
import { isAnotherTopic } from '../log/log.js';
import { NO_LEADER_EPOCH } from '../log/leader-epochs.js';
import type { SeenEnd, Undecided } from '../pipeline/await-records.js';
import type { Offset } from '../records/offset-range.js';
import type { PartitionColumns, PipelineState } from '../pipeline/state.js';
import type { OpenTransaction } from '../pipeline/pipeline-status.js';
import type { LogSeen } from '../pipeline/messages.js';

/** Ends of some partitions that were read at the same time. */
export interface LogLook {
  /** When the ends were read, in milliseconds since 1970. */
  readonly atMs: number;
  readonly ends: readonly SeenEnd[];
  /** Partitions that the observer saw waiting for a transaction. It may have watched them for longer than one look. */
  readonly undecided?: readonly Undecided[] | undefined;
}

/** Applies ends that were read. Partitions whose ends were read later stay as they are. */
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

/** Applies the ends that a worker reports while a batch is being retried. Ends of another topic are ignored. */
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

/** The last end of a partition's log that was seen. */
export function logEndOf(columns: PartitionColumns, partition: number): Offset {
  return columns.logEnd?.[partition] ?? columns.end[partition] ?? '0';
}

/** Number of records from the cursor to the end of the log, whether or not they can be read yet. */
export function lagOf(columns: PartitionColumns, partition: number): number {
  return Math.max(0, Number(logEndOf(columns, partition)) - Number(columns.cursor[partition]));
}

/** When the ends of a partition were read, in milliseconds since 1970. Null if unknown. */
export function seenMsOf(columns: PartitionColumns, partition: number): number | null {
  const seenMs = columns.seenMs?.[partition] ?? 0;
  return seenMs > 0 ? seenMs : null;
}

/**
 * The open transaction that a partition waits for. The two ends are read one after the other, so records that arrive in
 * between look undecided. A transaction is open only if the partition was at the same offset in two looks.
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
