import { NO_LEADER_EPOCH } from '../log/leader-epochs.js';
import type { PartitionColumns, PipelineState } from '../pipeline/state.js';

/** Adds new partitions of the topic. They begin at their start, in the lanes with the fewest partitions. */
export function withNewPartitions(
  { lanes, log }: Pick<PipelineState, 'lanes' | 'log'>,
  columns: PartitionColumns,
  partitionCount: number,
): PartitionColumns {
  const added = Math.max(0, partitionCount - columns.lane.length);
  if (added === 0) return columns;
  const zeros = new Array<string>(added).fill('0');
  const lane = [...columns.lane];
  for (let index = 0; index < added; index++) lane.push(leastLoaded(lane, lanes));
  return {
    ...columns,
    lane,
    // Another log with the topic's name may have had as many partitions, so its epochs are taken.
    epoch: [...columns.epoch, ...zeros.map(() => log?.firstEpoch ?? 0)],
    cursor: [...columns.cursor, ...zeros],
    end: [...columns.end, ...zeros],
    ...(columns.logEnd && { logEnd: [...columns.logEnd, ...zeros] }),
    ...(columns.seenMs && { seenMs: [...columns.seenMs, ...zeros.map(() => 0)] }),
    logStart: [...columns.logStart, ...zeros],
    leaderEpochs: [...columns.leaderEpochs, ...zeros.map(() => [])],
    endLeaderEpoch: [...columns.endLeaderEpoch, ...zeros.map(() => NO_LEADER_EPOCH)],
    // A bounded run doesn't read partitions that were added after its start.
    until: columns.until && [...columns.until, ...zeros],
    reconcileUntil: [...columns.reconcileUntil, ...zeros],
    rows: [...columns.rows, ...zeros.map(() => 0)],
    deadLetters: [...columns.deadLetters, ...zeros.map(() => 0)],
  };
}

function leastLoaded(lane: readonly number[], lanes: number): number {
  const load = new Array<number>(lanes).fill(0);
  for (const owner of lane) load[owner] = (load[owner] ?? 0) + 1;
  return load.indexOf(Math.min(...load));
}
