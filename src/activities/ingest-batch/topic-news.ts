import { isAnotherTopic } from '../../domain/log/log.js';
import type { SeenEnd } from '../../domain/pipeline/await-records.js';
import type {
  BatchOutcome,
  BatchPlan,
  WatchedPartition,
} from '../../domain/pipeline/batch-plan.js';
import type { AvailableOffsets } from '../../domain/log/topic-offsets.js';
import type { RecordSource } from '../../domain/ports/record-source.js';

/** What a batch saw of the topic besides its own ranges. Another topic under the same name says nothing about this one. */
export function topicNews(
  { topicId, watched = [], mayEndEarly }: BatchPlan,
  topic: AvailableOffsets,
): Pick<BatchOutcome, 'unavailable' | 'grown' | 'partitionCount'> {
  const unavailable = mayEndEarly && { unavailable: topic.unavailable };
  if (isAnotherTopic(topicId, topic.topicId)) return { ...unavailable };
  const grown = watched.flatMap((each) => grownEnd(each, topic));
  return {
    ...unavailable,
    ...(grown.length > 0 && { grown }),
    partitionCount: topic.partitionCount,
  };
}

function grownEnd(
  { partition, end: known }: WatchedPartition,
  topic: AvailableOffsets,
): readonly SeenEnd[] {
  const found = topic.partitions.get(partition);
  if (found === undefined || found.end <= Number(known)) return [];
  const { end, highWatermark, leaderEpoch } = found;
  return [{ partition, end: String(end), logEnd: String(highWatermark), leaderEpoch }];
}

/** Looks again, so that the next batch includes what came to the watched partitions during this one. Null where that fails. */
export async function lookAfter(
  { topic, watched = [] }: BatchPlan,
  source: Pick<RecordSource, 'availableOffsets'>,
): Promise<AvailableOffsets | null> {
  return watched.length === 0 ? null : source.availableOffsets(topic).catch(() => null);
}
