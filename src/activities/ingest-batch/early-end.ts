import type { BatchPlan } from '../../domain/pipeline/batch-plan.js';
import type { AvailableOffsets, Unavailable } from '../../domain/log/topic-offsets.js';
import type { EventTable } from '../../domain/ports/event-table.js';
import type { BatchAttempt } from './batch-attempt.js';

/**
 * Whether the batch may end where a leader does not answer. Its blocks are those of the plan up to there, so that a later
 * attempt makes the same; the rest is planned again, and reconciled. That misses one thing: rows that an earlier attempt
 * has brought into the table and not into its views, which get them by the same block under the same token alone.
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
