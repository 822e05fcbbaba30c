import type { PartitionColumns, PipelineState } from '../pipeline/state.js';
import { isSetAside } from './next-step.js';
import { batchSize } from './sizing.js';

/** Shares of a full batch that may wait, of all partitions together. Between them lanes stay as they are. */
const QUIET_SHARE = 1 / 10;
const BUSY_SHARE = 1 / 5;

/**
 * With little to move one lane takes all partitions: one batch and one insert per interval instead of one for each lane. It
 * must be called between batches only. What an earlier batch may have sent is looked for by its own lane, so that lanes stay
 * as they are while there is such a batch. Bounded runs keep their lanes: a lane without partitions would end.
 */
export function dealLanes(state: PipelineState): PipelineState {
  const { partitions, lanes } = state;
  if (lanes === 1 || partitions.until !== null || isUnsettled(state)) return state;
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
 * Gives partitions to the other lanes while the first one, which had taken them all, has a batch in hand that does not end. The
 * batch keeps what it has `planned`, and with it what may have been sent before: that must not be looked for twice.
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

/** Something is under way that belongs to a lane. */
function isUnsettled({ pending, skips, refusals, shrunk, partitions }: PipelineState): boolean {
  return (
    pending.length > 0 ||
    skips.length > 0 ||
    Object.keys(refusals ?? {}).length > 0 ||
    shrunk?.search !== undefined ||
    partitions.cursor.some((_, partition) => mayBeThere(partitions, partition))
  );
}

/** An earlier batch may have sent some of what comes next. */
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
