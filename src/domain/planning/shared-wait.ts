import type { BatchPlan } from '../pipeline/batch-plan.js';
import {
  AWAIT_BUSY_MS,
  AWAIT_IDLE_MS,
  FAILOVER_SECONDS,
  IDLE_HEARTBEAT_FACTOR,
} from '../limits.js';
import type { AwaitGroup, AwaitInput } from '../pipeline/await-records.js';
import { isSetAside, partitionsOf } from './next-step.js';
import { batchSize } from './sizing.js';
import type { PipelineState } from '../pipeline/state.js';

/**
 * One long poll for several lanes. It returns when any of them has something to do. `unavailable` are partitions that
 * `status` already reports as unavailable.
 */
export function sharedWait(
  waits: readonly AwaitInput[],
  expected: readonly AwaitGroup[],
  unavailable: readonly number[] = [],
): AwaitInput {
  const [first] = waits;
  if (first === undefined) throw new Error('A wait is for at least one lane');
  const groups = [...waits.map(groupOf), ...expected];
  if (groups.length === 1) return first;
  const watched = new Set([
    ...waits.flatMap((each) => each.watched ?? []),
    ...expected.flatMap(({ partitions }) => partitions),
  ]);
  const partitions = waits.flatMap((each) => each.partitions);
  return {
    ...first,
    partitions,
    cursors: waits.flatMap(({ cursors }) => cursors),
    leaderEpochs: waits.flatMap(
      ({ leaderEpochs, partitions }) => leaderEpochs ?? partitions.map(() => []),
    ),
    // Workers of older releases do not know groups.
    fullRows: Math.min(...waits.map(({ fullRows }) => fullRows)),
    lookedAtMs: latest(waits),
    untilMs: waits.find(({ untilMs }) => untilMs !== null)?.untilMs ?? null,
    watched: [...watched],
    unavailable: unavailable.filter((each) => watched.has(each) || partitions.includes(each)),
    table: waits.find(({ table }) => table !== undefined)?.table,
    groups,
  };
}

function groupOf({ partitions, cursors, fullRows, lookedAtMs }: AwaitInput): AwaitGroup {
  return { partitions, cursors, fullRows, lookedAtMs };
}

function latest(waits: readonly AwaitInput[]): number | null {
  const known = waits.flatMap(({ lookedAtMs }) => lookedAtMs ?? []);
  return known.length === 0 ? null : Math.max(...known);
}

/** What a lane will wait for if its running batch ends as planned. */
export function expectedAfter(
  state: PipelineState,
  plan: BatchPlan,
  lookedAtMs: number,
): AwaitGroup | null {
  const size = batchSize(state).rows;
  const records = plan.ranges.reduce((sum, { first, end }) => sum + Number(end) - Number(first), 0);
  // A full batch means that there is more: the lane plans again instead of waiting.
  if (records >= size) return null;
  const partitions = partitionsOf(state, plan.lane).filter((each) => !isSetAside(state, each));
  const cursors = partitions.map((partition) => {
    const planned = plan.ranges.find((range) => range.partition === partition);
    return planned?.end ?? state.partitions.cursor[partition] ?? '0';
  });
  return { partitions, cursors, fullRows: size, lookedAtMs };
}

/**
 * Whether a running poll already returns for what this one waits for. Batch sizes are ignored, because they change with
 * every batch.
 */
export function covers(running: AwaitInput, wanted: AwaitInput): boolean {
  if (running.intervalSeconds !== wanted.intervalSeconds || running.untilMs !== wanted.untilMs) {
    return false;
  }
  if (wanted.table !== undefined && running.table === undefined) return false;
  // Only waiting lanes learn the offset of the last instant.
  const isTold = wanted.partitions.every((partition) => running.partitions.includes(partition));
  if (wanted.untilMs !== null && !isTold) return false;
  return (running.groups ?? [running]).some(
    ({ partitions, cursors }) =>
      partitions.join() === wanted.partitions.join() && cursors.join() === wanted.cursors.join(),
  );
}

export interface WaitPatience {
  /** Without records, the poll returns after this many milliseconds. */
  readonly idleMs: number;
  /** A worker that died during the poll is noticed after this many milliseconds. */
  readonly heartbeatMs: number;
}

/**
 * Heartbeats are the only cost of waiting. A pipeline that moved records within the last minute notices soon that its
 * worker died. An idle one notices it later and costs next to nothing.
 */
export function patienceOf(
  {
    settings,
    failoverSeconds = FAILOVER_SECONDS,
  }: Pick<PipelineState, 'settings' | 'failoverSeconds'>,
  quietMs: number,
): WaitPatience {
  const failoverMs = failoverSeconds * 1_000;
  if (quietMs >= AWAIT_BUSY_MS) {
    return { idleMs: AWAIT_IDLE_MS, heartbeatMs: IDLE_HEARTBEAT_FACTOR * failoverMs };
  }
  const intervalMs = settings.batch.intervalSeconds * 1_000;
  const heartbeatMs = Math.max(
    failoverMs,
    Math.min(intervalMs, IDLE_HEARTBEAT_FACTOR * failoverMs),
  );
  return { idleMs: AWAIT_BUSY_MS, heartbeatMs };
}
