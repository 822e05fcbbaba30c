import type { PartitionColumns, PipelineState } from '../pipeline/state.js';
import { isSetAside } from './next-step.js';
import { batchSize } from './sizing.js';

/** Waiting records of all partitions, as shares of a full batch. Between these two shares, lanes stay as they are. */
const QUIET_SHARE = 1 / 10;
const BUSY_SHARE = 1 / 5;

/**
 * While few records wait, gives all partitions to the first lane: this makes one batch and one insert per interval instead
 * of one per lane. Call it between batches only. Lanes stay as they are while one of them has unfinished work, and in
 * bounded runs, where a lane without partitions would end.
 */
export function dealLanes(state: PipelineState): PipelineState {
  const { partitions, lanes } = state;
  if (lanes === 1 || partitions.until !== null || hasUnfinishedWork(state)) return state;
  const waiting = partitions.cursor.reduce((sum, cursor, partition) => {
    return sum + (isSetAside(state, partition) ? 0 : backlogFrom(partitions, partition, cursor));
  }, 0);
  const size = batchSize(state).rows;
  const isGathered = areGathered(state);
  if (isGathered && waiting > size * BUSY_SHARE) return withLanes(state, (each) => each % lanes);
  if (!isGathered && waiting <= size * QUIET_SHARE) return withLanes(state, () => 0);
  return state;
}

/**
 * Moves partitions to the other lanes when the first lane, which has all of them, works on a batch that does not end. The
 * `planned` partitions of that batch stay in the first lane, and so do partitions whose next rows an earlier batch may have
 * sent.
 */
export function freeLanes(state: PipelineState, planned: readonly number[]): PipelineState {
  const { partitions, lanes } = state;
  return withLanes(state, (partition) => {
    const isTied = planned.includes(partition) || isSetAside(state, partition);
    return isTied || mayBeThere(partitions, partition) ? 0 : 1 + (partition % (lanes - 1));
  });
}

/** Whether one lane of several has all partitions. */
export function areGathered({ partitions, lanes }: PipelineState): boolean {
  return lanes > 1 && partitions.until === null && partitions.lane.every((lane) => lane === 0);
}

/** Whether a lane still has unfinished work of its own. */
function hasUnfinishedWork({
  pending,
  skips,
  refusals,
  shrunk,
  partitions,
}: PipelineState): boolean {
  return (
    pending.length > 0 ||
    skips.length > 0 ||
    Object.keys(refusals ?? {}).length > 0 ||
    shrunk?.search !== undefined ||
    partitions.cursor.some((_, partition) => mayBeThere(partitions, partition))
  );
}

/** An earlier batch may have sent some of the next records. */
function mayBeThere({ reconcileUntil, cursor }: PartitionColumns, partition: number): boolean {
  return Number(reconcileUntil[partition] ?? '0') > Number(cursor[partition]);
}

function backlogFrom({ end }: PartitionColumns, partition: number, cursor: string): number {
  return Math.max(0, Number(end[partition] ?? '0') - Number(cursor));
}

function withLanes(state: PipelineState, laneOf: (partition: number) => number): PipelineState {
  const lane = state.partitions.lane.map((_, partition) => laneOf(partition));
  return { ...state, partitions: { ...state.partitions, lane } };
}
