import { isAnotherTopic } from '../../domain/log/log.js';
import type { SeenEnd } from '../../domain/pipeline/await-records.js';
import type {
  BatchOutcome,
  BatchPlan,
  WatchedPartition,
} from '../../domain/pipeline/batch-plan.js';
import type { AvailableOffsets, Unavailable } from '../../domain/log/topic-offsets.js';
import type { RecordSource } from '../../domain/ports/record-source.js';
import type { EventTable } from '../../domain/ports/event-table.js';
import type { BatchAttempt } from './batch-attempt.js';

/** What a batch saw of the topic in addition to its own ranges. Another topic with the same name says nothing about this one. */
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

/** Looks again, so that the next batch includes records that reached watched partitions during this one. Null if that fails. */
export async function lookAfter(
  { topic, watched = [] }: BatchPlan,
  source: Pick<RecordSource, 'availableOffsets'>,
): Promise<AvailableOffsets | null> {
  return watched.length === 0 ? null : source.availableOffsets(topic).catch(() => null);
}

/**
 * Whether the batch may end early if a leader does not answer. Its blocks up to there are those of the plan, so a later attempt
 * builds the same ones. The rest is planned again, and reconciled. Reconciling misses one case: rows that an earlier attempt
 * wrote to the table but not to its views. Views get such rows only from the same block under the same token.
 */
export async function mayEndEarly(
  { plan, execution }: Pick<BatchAttempt, 'plan' | 'execution'>,
  events: Pick<EventTable, 'views'>,
): Promise<boolean> {
  if (!plan.mayEndEarly) return false;
  const isFirst = execution.attempt === 1 && plan.earlierSends !== 'same-blocks';
  if (isFirst) return true;
  if (!plan.findable) return false;
  return plan.earlierSends === 'unknown' || (await events.views(plan.table)).length === 0;
}

/** Partitions of the plan whose leaders do not answer. */
export function unavailableOf(
  { ranges }: Pick<BatchPlan, 'ranges'>,
  { unavailable }: Pick<AvailableOffsets, 'unavailable'>,
): readonly Unavailable[] {
  const planned = new Set(ranges.map(({ partition }) => partition));
  return unavailable.filter(({ partition }) => planned.has(partition));
}
