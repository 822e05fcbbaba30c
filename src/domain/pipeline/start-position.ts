import type { OffsetSpan } from '../records/offset-range.js';
import type { PipelineSettings } from './settings.js';

/**
 * How a run chooses its first offsets.
 * - `continue`: the group's offsets apply. `from` applies to partitions without one, like Kafka's `auto.offset.reset`.
 * - `range`: `from` applies, because a bounded run names the range that it reads.
 * - `replay`: `from` applies if it is below the group's offset, so that no unread records are left out.
 */
export type StartRule = 'continue' | 'range' | 'replay';

/** State of a partition before the run starts. */
export interface PartitionBefore {
  readonly partition: number;
  readonly logStart: number;
  /** Null if the group has no offset. */
  readonly committed: number | null;
  /** Leader epoch of the last record before `committed`, if it was committed with the offset. */
  readonly leaderEpoch?: number | undefined;
}

export interface PartitionStart {
  readonly partition: number;
  readonly offset: number;
  /** What determined the offset. */
  readonly by: 'committed' | 'from' | 'log-start';
  /** Null if the group has no offset, or was not asked. */
  readonly committed: number | null;
  /** Leader epoch of the last record before `offset`, if it was committed with the offset. */
  readonly leaderEpoch?: number | undefined;
}

/** A workflow that was reset or retried does not repeat the replay that its first run began. */
export function startRule(
  { from, until, replay = false }: Pick<PipelineSettings, 'from' | 'until' | 'replay'>,
  run: { readonly startedBefore?: true | undefined },
): StartRule {
  if (from === 'committed') return 'continue';
  if (replay && run.startedBefore) return 'continue';
  if (until !== null) return 'range';
  return replay ? 'replay' : 'continue';
}

/** `chosen` is the offset that `from` selects for the partition, or null if it selects none. */
export function partitionStart(
  rule: StartRule,
  { partition, logStart, committed, leaderEpoch }: PartitionBefore,
  chosen: number | null,
): PartitionStart {
  const isChosen =
    chosen !== null &&
    (rule === 'range' || committed === null || (rule === 'replay' && chosen < committed));
  if (isChosen) return { partition, offset: chosen, by: 'from', committed };
  if (committed !== null) {
    const its = leaderEpoch === undefined ? {} : { leaderEpoch };
    return { partition, offset: committed, by: 'committed', committed, ...its };
  }
  return { partition, offset: logStart, by: 'log-start', committed };
}

/** Offsets `[first, end)` that were read before and are read again on purpose. */
export interface Reread {
  readonly partition: number;
  readonly first: number;
  readonly end: number;
  /** Epoch of the rows that are inserted this time. */
  readonly epoch: number;
}

/** The last epoch of a partition, and the largest offset of its rows. The offset is -1 if the epoch has only dead letters. */
interface NewestRow {
  readonly partition: number;
  readonly epoch: number;
  readonly offset: number;
}

export interface Beginning {
  readonly rule: StartRule;
  readonly existing: PipelineSettings['existing'];
  /** These three have one element per partition. */
  readonly starts: readonly PartitionStart[];
  readonly ends: readonly number[];
  /** Null: the run has no end. Null for a partition: its end is not known yet. */
  readonly until: readonly (number | null)[] | null;
  readonly newest: readonly NewestRow[];
  /** Higher than every epoch of other logs with the topic's name. */
  readonly firstEpoch: number;
  /** An earlier run of this workflow ended so recently that it may still be sending rows that the table does not show yet. */
  readonly justEnded: boolean;
}

export interface FirstPartitions {
  readonly epoch: readonly number[];
  /** Offsets below this one may be in the table, so they are reconciled. */
  readonly reconcileUntil: readonly number[];
  readonly rereads: readonly Reread[];
}

export function firstPartitions(beginning: Beginning): FirstPartitions {
  const { rule, existing, starts, ends, until, newest, justEnded, firstEpoch } = beginning;
  const isOnPurpose = rule === 'replay' || (rule === 'range' && existing === 'insert');
  const partitions = starts.map((start, index) => {
    const end = ends[index] ?? 0;
    const row = newest.find(({ partition }) => partition === start.partition);
    const readTo = Math.min(end, until?.[index] ?? end);
    const next = Math.max(firstEpoch, row === undefined ? 0 : row.epoch + 1);
    const reread = isOnPurpose ? rereadOf(start, row, { readTo, epoch: next }) : null;
    // Rows that are inserted twice on purpose are not reconciled.
    const present = rule === 'range' || reread !== null || row === undefined ? 0 : row.offset + 1;
    return {
      reread,
      // Rows at or after the end of the log belong to an earlier log, so that this log gets a new epoch.
      epoch: reread?.epoch ?? (row !== undefined && row.offset < end ? row.epoch : next),
      reconcileUntil: Math.max(present, justEnded ? end : 0),
    };
  });
  return {
    epoch: partitions.map(({ epoch }) => epoch),
    reconcileUntil: partitions.map(({ reconcileUntil }) => reconcileUntil),
    rereads: partitions.flatMap(({ reread }) => reread ?? []),
  };
}

function rereadOf(
  { partition, offset, by, committed }: PartitionStart,
  newest: NewestRow | undefined,
  { readTo, epoch }: { readonly readTo: number; readonly epoch: number },
): Reread | null {
  if (by !== 'from') return null;
  const reached = Math.max(committed ?? 0, newest === undefined ? 0 : newest.offset + 1);
  const end = Math.min(reached, readTo);
  if (end <= offset) return null;
  return { partition, first: offset, end, epoch };
}

/** The newest epoch of each partition among the rows and dead letters of one log. */
export function newestEpochs(found: {
  readonly rows: readonly OffsetSpan[];
  readonly letters: readonly OffsetSpan[];
}): readonly NewestRow[] {
  const newest = new Map<number, NewestRow>();
  const see = (row: NewestRow) => {
    const known = newest.get(row.partition);
    const isNewer = known === undefined || row.epoch > known.epoch;
    if (isNewer || (row.epoch === known.epoch && row.offset > known.offset)) {
      newest.set(row.partition, row);
    }
  };
  for (const { partition, epoch, end } of found.rows) see({ partition, epoch, offset: end - 1 });
  for (const { partition, epoch } of found.letters) see({ partition, epoch, offset: -1 });
  return [...newest.values()];
}
