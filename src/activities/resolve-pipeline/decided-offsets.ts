import type { TopicOffsets } from '../../domain/log/topic-offsets.js';
import type { RecordSource } from '../../domain/ports/record-source.js';

/**
 * The topic's offsets, with `end` below `highWatermark` only where a transaction is open. The ends of one look are read
 * one after the other, so that records which arrive in between look undecided; a second look tells them apart.
 */
export async function decidedOffsets(
  source: Pick<RecordSource, 'offsets'>,
  topic: string,
): Promise<TopicOffsets> {
  const first = await source.offsets(topic);
  if (first.partitions.every(({ end, highWatermark }) => end >= highWatermark)) return first;
  const second = await source.offsets(topic);
  if (second.topicId !== first.topicId) return second;
  const partitions = first.partitions.map((ends) => {
    const later = second.partitions[ends.partition]?.end ?? ends.end;
    return { ...ends, end: Math.max(ends.end, Math.min(ends.highWatermark, later)) };
  });
  return { ...first, partitions };
}
