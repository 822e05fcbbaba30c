import type { AvailableOffsets, PartitionOffsets } from '../../domain/log/topic-offsets.js';
import type { AwaitGroup, AwaitInput, AwaitResult } from '../../domain/pipeline/await-records.js';
import type { RecordSource } from '../../domain/ports/record-source.js';
import { TABLE_REFRESH_MS } from '../../domain/limits.js';
import { withTopicId } from '../../domain/table/guarantee.js';
import { changeOf } from '../../domain/holds/table-changed.js';
import { isSameTable, underIdentity } from '../../domain/table/identity.js';
import type { Target } from '../../domain/table/target.js';
import type { TableDirectory } from '../../domain/ports/table-directory.js';

/** Tracks, from poll to poll, whether the records that wait for one lane are worth a batch. */
interface GroupWatch {
  saw(topic: AvailableOffsets, atMs: number): 'full' | 'interval' | null;
  /** When the first waiting record will have waited for the interval, in milliseconds since 1970; infinite if none waits. */
  dueAtMs(): number;
}

/** Tracks, from look to look, which partitions have a last stable offset that does not move and is below the end of their log. */
interface UndecidedWatch {
  saw(topic: AvailableOffsets, atMs: number): void;
  /** The last stable offset of some partition has not moved between two looks: a transaction is open there. */
  isOpen(): boolean;
  /** Those partitions, for the result of the wait, with their producers if the brokers name them. */
  told(source: Pick<RecordSource, 'openProducers'>): Promise<Pick<AwaitResult, 'undecided'>>;
}

interface Place {
  readonly first: number;
  readonly sinceMs: number;
}

/** Describes a table with an open warning again from time to time, because somebody may have run the fix that it names. */
interface WatchedTable {
  /** The table as it is now, if it changed and the change needs no decision; null otherwise, and if ClickHouse can't be asked. */
  look(nowMs: number): Promise<Target | null>;
}

export function createGroupWatch(group: AwaitGroup, intervalMs: number): GroupWatch {
  let firstSeenMs: number | null = null;
  let isFirstPoll = true;
  return {
    saw(topic, atMs) {
      const waiting = waitingRecords(group, topic);
      // Records that the first poll finds arrived while the lane was busy: after the last look at the earliest.
      if (waiting > 0) firstSeenMs ??= isFirstPoll ? (group.lookedAtMs ?? atMs) : atMs;
      isFirstPoll = false;
      if (waiting >= group.fullRows) return 'full';
      return firstSeenMs !== null && atMs - firstSeenMs >= intervalMs ? 'interval' : null;
    },
    dueAtMs: () => (firstSeenMs === null ? Infinity : firstSeenMs + intervalMs),
  };
}

function waitingRecords({ partitions, cursors }: AwaitGroup, topic: AvailableOffsets): number {
  return partitions.reduce((sum, partition, index) => {
    const end = offsetsOf(topic, partition)?.end ?? 0;
    return sum + Math.max(0, end - Number(cursors[index]));
  }, 0);
}

/** Null if unavailable. A partition that does not exist counts as empty: the topic is another one, and reported as such. */
export function offsetsOf(topic: AvailableOffsets, partition: number): PartitionOffsets | null {
  const found = topic.partitions.get(partition);
  if (found !== undefined) return found;
  return partition < topic.partitionCount
    ? null
    : { partition, logStart: 0, end: 0, highWatermark: 0 };
}

export function watchUndecided({ topic, partitions, watched = [] }: AwaitInput): UndecidedWatch {
  const places = new Map<number, Place>();
  let lookedAtMs = 0;
  const open = () => [...places].filter(([, { sinceMs }]) => sinceMs < lookedAtMs);
  return {
    saw(found, atMs) {
      lookedAtMs = atMs;
      for (const partition of [...partitions, ...watched]) {
        const { end = 0, highWatermark = 0 } = found.partitions.get(partition) ?? {};
        if (end >= highWatermark) places.delete(partition);
        else if (places.get(partition)?.first !== end) {
          places.set(partition, { first: end, sinceMs: atMs });
        }
      }
    },
    isOpen: () => open().length > 0,
    async told(source) {
      const still = open();
      if (still.length === 0) return {};
      const names = still.map(([partition]) => partition);
      const producers = await source.openProducers(topic, names).catch(() => []);
      const undecided = still.map(([partition, { first, sinceMs }]) => {
        const of = producers.find((each) => each.partition === partition);
        const producerId = of?.firstOffset === first ? of.producerId : undefined;
        return { partition, first: String(first), sinceMs, ...(producerId && { producerId }) };
      });
      return { undecided };
    },
  };
}

const NO_TABLE: WatchedTable = { look: () => Promise.resolve(null) };

export function watchTable(
  { table: watch, topicId }: Pick<AwaitInput, 'table' | 'topicId'>,
  tables: Pick<TableDirectory, 'describe'>,
): WatchedTable {
  if (watch === undefined) return NO_TABLE;
  const { target, wishes } = watch;
  let dueMs = watch.describeAfterMs;
  return {
    async look(nowMs) {
      if (nowMs < dueMs) return null;
      dueMs = nowMs + TABLE_REFRESH_MS;
      // Waiting for records does not need ClickHouse: the next batch reports what is wrong with it.
      const described = await tables.describe(target.table, wishes).catch(() => null);
      if (described === null || !isSameTable(target, described.target)) return null;
      const now = withTopicId(underIdentity(described.target, target), topicId);
      const found = { ...described, target: now };
      const { contract, columns } = target;
      const isFit = changeOf({ wishes, contract, cut: { columns } }, found) === null;
      return isFit && isNews(found.target, target) ? found.target : null;
    },
  };
}

function isNews(found: Target, known: Target): boolean {
  const undated = (target: Target) => JSON.stringify({ ...target, describedMs: undefined });
  return undated(found) !== undated(known);
}
