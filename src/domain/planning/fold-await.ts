import { isAnotherTopic } from '../log/log.js';
import { NO_LEADER_EPOCH } from '../log/leader-epochs.js';
import type { AwaitInput, AwaitResult, SeenEnd } from '../pipeline/await-records.js';
import { retentionRemoved } from '../holds/data-lost.js';
import { logEndsBefore } from '../holds/topic-rewound.js';
import { holdForNewTopic, newHold, truncated } from './new-holds.js';
import { logEndOf, type LogLook, withLook } from './log-ends.js';
import {
  type HeldPlan,
  type PartitionColumns,
  type PipelineState,
  type Skip,
  TO_LOG_END,
} from '../pipeline/state.js';
import { withFoundTarget } from './table-refresh.js';
import { unavailableAfter } from './unavailable.js';
import { withNewPartitions } from './new-partitions.js';

/** Applies what a long poll saw to the state: ends of the log, new partitions, and logs that no longer fit their cursors. */
export function foldAwait(
  state: PipelineState,
  input: AwaitInput,
  result: AwaitResult,
): PipelineState {
  if (isAnotherTopic(state.topicId, result.topicId)) {
    const found = { topicId: result.topicId, before: state.topicId };
    return holdForNewTopic(state, found, result.lookedAtMs);
  }
  const seen = withFoundTarget(withLook(state, lookOf(input, result)), result.foundTarget);
  const columns = withEnds(seen.partitions, input, result);
  const partitions = withNewPartitions(state, columns, result.partitionCount);
  const misfits = available(input, result).flatMap(([partition]) =>
    misfit(state, partition, partitions, result),
  );
  const unavailable = unavailableAfter(state.unavailable ?? [], {
    atMs: result.lookedAtMs,
    partitions: [...input.partitions, ...(input.watched ?? [])],
    unavailable: result.unavailable ?? [],
  });
  return {
    ...seen,
    partitions,
    unavailable: unavailable.length > 0 ? unavailable : undefined,
    holds: [
      ...state.holds,
      ...misfits.flatMap((each) => (each.kind === 'hold' ? [each.held] : [])),
    ],
    skips: [
      ...state.skips,
      ...misfits.flatMap((each) => (each.kind === 'skip' ? [each.skip] : [])),
    ],
  };
}

/** Partitions of the input whose offsets the poll returned, each with its index in the input. */
function available(
  { partitions }: AwaitInput,
  { unavailable = [] }: AwaitResult,
): readonly (readonly [partition: number, index: number])[] {
  const missing = new Set(unavailable.map(({ partition }) => partition));
  return partitions
    .map((partition, index) => [partition, index] as const)
    .filter(([partition]) => !missing.has(partition));
}

function lookOf(input: AwaitInput, result: AwaitResult): LogLook {
  const mine = available(input, result).flatMap(([partition, index]): readonly SeenEnd[] => {
    const end = result.ends[index];
    if (end === undefined) return [];
    const leaderEpoch = result.endLeaderEpochs?.[index];
    return [{ partition, end, logEnd: result.logEnds?.[index] ?? end, leaderEpoch }];
  });
  const { lookedAtMs: atMs, watched = [], undecided } = result;
  return { atMs, ends: [...mine, ...watched], undecided };
}

function withEnds(
  columns: PartitionColumns,
  input: AwaitInput,
  result: AwaitResult,
): PartitionColumns {
  const end = [...columns.end];
  const endLeaderEpoch = [...columns.endLeaderEpoch];
  const logStart = [...columns.logStart];
  const reconcileUntil = [...columns.reconcileUntil];
  const until = columns.until === null ? null : [...columns.until];
  for (const [partition, index] of available(input, result)) {
    end[partition] = result.ends[index] ?? end[partition] ?? '0';
    endLeaderEpoch[partition] = result.endLeaderEpochs?.[index] ?? NO_LEADER_EPOCH;
    logStart[partition] = result.logStarts[index] ?? logStart[partition] ?? '0';
    if (reconcileUntil[partition] === TO_LOG_END) reconcileUntil[partition] = end[partition];
    if (until) until[partition] ??= result.until?.[index] ?? null;
  }
  return { ...columns, end, endLeaderEpoch, logStart, reconcileUntil, until };
}

type Misfit =
  | { readonly kind: 'hold'; readonly held: HeldPlan }
  | { readonly kind: 'skip'; readonly skip: Skip };

function misfit(
  state: PipelineState,
  partition: number,
  columns: PartitionColumns,
  { lookedAtMs, diverged }: AwaitResult,
): readonly Misfit[] {
  const cursor = columns.cursor[partition] ?? '0';
  // Consumer groups that read uncommitted records have offsets beyond the last stable one.
  const end = logEndOf(columns, partition);
  const logStart = columns.logStart[partition] ?? '0';
  const divergence = diverged?.find((each) => each.partition === partition);
  if (divergence !== undefined && divergence.offset < Number(cursor)) {
    const said = truncated(divergence, { cursor, logStart, logEnd: end });
    const hold = { ...said, reason: 'TopicRewound', first: cursor, end: cursor } as const;
    return [{ kind: 'hold', held: newHold(hold, lookedAtMs) }];
  }
  if (Number(end) < Number(cursor)) {
    const detail = logEndsBefore({ partition, logEnd: end, next: cursor });
    const held = newHold(
      {
        partition,
        reason: 'TopicRewound',
        detail,
        first: cursor,
        end: cursor,
        firstAvailable: logStart,
        logEnd: end,
      },
      lookedAtMs,
    );
    return [{ kind: 'hold', held }];
  }
  if (Number(logStart) <= Number(cursor)) return [];
  const detail = retentionRemoved({ partition, first: cursor, logStart });
  if (state.settings.onDataLoss === 'skip') {
    const epoch = columns.epoch[partition] ?? 0;
    return [
      { kind: 'skip', skip: { partition, epoch, first: cursor, end: logStart, why: detail } },
    ];
  }
  const held = newHold(
    {
      partition,
      reason: 'DataLost',
      detail,
      first: cursor,
      end: logStart,
      firstAvailable: logStart,
    },
    lookedAtMs,
  );
  return [{ kind: 'hold', held }];
}
