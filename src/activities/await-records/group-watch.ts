import type { AvailableOffsets, PartitionOffsets } from '../../domain/log/topic-offsets.js';
import type { AwaitGroup } from '../../domain/pipeline/await-records.js';

/** Follows, from poll to poll, whether the records that wait for one lane are worth a batch. */
export interface GroupWatch {
  saw(topic: AvailableOffsets, atMs: number): 'full' | 'interval' | null;
  /** When the first waiting record will have waited for the interval, in milliseconds since 1970; infinite where none waits. */
  dueAtMs(): number;
}

export function createGroupWatch(group: AwaitGroup, intervalMs: number): GroupWatch {
  let firstSeenMs: number | null = null;
  let isFirstPoll = true;
  return {
    saw(topic, atMs) {
      const waiting = waitingRecords(group, topic);
      // What the first poll finds came while the lane was busy: since the last look at the earliest.
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

/** A partition that is not there has nothing in it: the topic is another one, and said to be so. Null: unavailable. */
export function offsetsOf(topic: AvailableOffsets, partition: number): PartitionOffsets | null {
  const found = topic.partitions.get(partition);
  if (found !== undefined) return found;
  return partition < topic.partitionCount
    ? null
    : { partition, logStart: 0, end: 0, highWatermark: 0 };
}
