import type { BatchOutcome, BatchPlan, HeldPartition, HeldRanges } from '../pipeline/batch-plan.js';
import type { Offset } from '../records/offset-range.js';
import type { HeldPlan } from '../pipeline/state.js';

/** What waits for a decision: one plan per held partition, or one plan for all of them if their blocks must stay the same. */
export function heldPlans(
  plan: BatchPlan,
  { held, rest }: Extract<BatchOutcome, { kind: 'held' }>,
  { logStart, nowMs }: { readonly logStart: readonly Offset[]; readonly nowMs: number },
): readonly HeldPlan[] {
  const { partitions, reason, foundTarget, givesUp, foundTopicId, view, isWhole = false } = held;
  const earlierSends = plan.earlierSends === 'none' ? 'same-blocks' : plan.earlierSends;
  // A decision applies only to this plan, so the plan must not end early.
  const same = { ...plan, mayEndEarly: undefined };
  const whole: BatchPlan = { ...same, ranges: rest, earlierSends };
  return rest
    .filter((range) => isWhole || partitions.includes(range.partition))
    .map((range) => {
      const { partition, first, end } = range;
      const { detail, firstAvailable, logEnd, divergedAt } = saidOf(held, partition);
      return {
        hold: {
          partition,
          reason,
          since: new Date(nowMs).toISOString(),
          detail,
          range: { partition, first, end },
          // A replaced table can be filled again from there.
          firstAvailable: reason === 'TableReplaced' ? logStart[partition] : firstAvailable,
          logEnd,
          ...(divergedAt !== undefined && { divergedAt }),
          ...(view !== undefined && { view }),
        },
        plan: isWhole ? whole : { ...same, ranges: [range], earlierSends: 'unknown' },
        foundTarget,
        ...(givesUp && { givesUp }),
        foundTopicId,
      };
    });
}

function saidOf(held: HeldRanges, partition: number): Partial<HeldPartition> & { detail: string } {
  const own = held.each?.find((each) => each.partition === partition);
  if (own !== undefined) return own;
  const { detail, firstAvailable, logEnd } = held;
  return {
    detail,
    ...(firstAvailable !== undefined && { firstAvailable }),
    ...(logEnd !== undefined && { logEnd }),
  };
}

/**
 * Whether a newer hold replaces this one: the partition was held while its batch was running, for example for a recreated
 * topic.
 */
export function isReplaced({ hold }: HeldPlan, held: readonly HeldPlan[]): boolean {
  return held.some((each) => each.hold.partition === hold.partition);
}
