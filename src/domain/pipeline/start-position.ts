import type { OffsetSpan } from '../records/offset-range.js';
import type { PipelineSettings } from './settings.js';

/**
 * How a run comes by its first offsets.
 * - `continue`: the group's offsets count; `from` is for partitions without one, like Kafka's `auto.offset.reset`.
 * - `range`: `from` counts, because a bounded run names the range that it reads.
 * - `replay`: `from` counts where it lies before the group's offset. Records that were never read are not left out.
 */
export type StartRule = 'continue' | 'range' | 'replay';

/** One partition as it is before the run starts. */
export interface PartitionBefore {
  readonly partition: number;
  readonly logStart: number;
  /** Null where the group has none. */
  readonly committed: number | null;
  /** Of the last record before `committed`, where it was committed with it. */
  readonly leaderEpoch?: number | undefined;
}

export interface PartitionStart {
  readonly partition: number;
  readonly offset: number;
  /** What the offset comes from. */
  readonly by: 'committed' | 'from' | 'log-start';
  /** Null where the group has none, or was not asked. */
  readonly committed: number | null;
  /** Of the last record before `offset`, where that was committed with it. */
  readonly leaderEpoch?: number | undefined;
}

/** What an earlier run of the same start command has done, a workflow that was reset or retried does not do again. */
export function startRule(
  { from, until, replay = false }: Pick<PipelineSettings, 'from' | 'until' | 'replay'>,
  run: { readonly startedBefore?: true | undefined },
): StartRule {
  if (from === 'committed') return 'continue';
  if (replay && run.startedBefore) return 'continue';
  if (until !== null) return 'range';
  return replay ? 'replay' : 'continue';
}

/** `chosen` is where `from` puts the partition; null where it says nothing about it. */
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

/** Offsets `[first, end)` that were read before and are to be read again on purpose. */
export interface Reread {
  readonly partition: number;
  readonly first: number;
  readonly end: number;
  /** Of the rows that it makes. */
  readonly epoch: number;
}

/** The last epoch of a partition, and the largest offset of its rows; -1 where it has dead letters only. */
interface NewestRow {
  readonly partition: number;
  readonly epoch: number;
  readonly offset: number;
}

export interface Beginning {
  readonly rule: StartRule;
  readonly existing: PipelineSettings['existing'];
  /** These three: one per partition. */
  readonly starts: readonly PartitionStart[];
  readonly ends: readonly number[];
  /** Null as a whole: endless; null for a partition: not known yet. */
  readonly until: readonly (number | null)[] | null;
  readonly newest: readonly NewestRow[];
  /** Higher than every epoch that other logs of the topic's name have. */
  readonly firstEpoch: number;
  /** What an earlier run of this workflow may still be sending is not in the table yet. */
  readonly justEnded: boolean;
}

export interface FirstPartitions {
  readonly epoch: readonly number[];
  /** Offsets below may be in the table: they are looked for. */
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
    // Rows that are meant to be there twice are not looked for.
    const present = rule === 'range' || reread !== null || row === undefined ? 0 : row.offset + 1;
    return {
      reread,
      // Rows beyond the end of the log are of an earlier one: what is read now is a new epoch.
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
