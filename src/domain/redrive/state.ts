import type { LetterKey } from './open-letters.js';
import type { PlannedWindow, RedriveOutcome, RedrivePlan } from './plan.js';
import type { DeadLetterCounts, DeadLetterReason } from '../dead-letters/dead-letter.js';

/**
 * Everything that a `redrive` remembers, as plain JSON. Continue-as-new passes it on as the second argument. `v` is its
 * version.
 */
export interface RedriveState {
  readonly v: 1;
  readonly plan: RedrivePlan;
  /** Key of the last processed dead letter. Null before the first. */
  readonly after: LetterKey | null;
  /** Number of processed windows. */
  readonly windows: number;
  readonly letters: number;
  readonly sum: RedriveOutcome;
}

export function firstRedriveState(plan: RedrivePlan): RedriveState {
  const sum = { redriven: {}, alreadyThere: 0, rejected: {}, filtered: 0, dropped: {} };
  return { v: 1, plan, after: null, windows: 0, letters: 0, sum };
}

/** Applies the result of a window. The next window begins after it. */
export function foldWindow(
  state: RedriveState,
  window: PlannedWindow,
  outcome: RedriveOutcome,
): RedriveState {
  const { sum } = state;
  return {
    ...state,
    after: window.upTo,
    windows: window.number,
    letters: state.letters + window.letters,
    sum: {
      redriven: add(sum.redriven, outcome.redriven),
      alreadyThere: sum.alreadyThere + outcome.alreadyThere,
      rejected: add(sum.rejected, outcome.rejected),
      filtered: sum.filtered + outcome.filtered,
      dropped: add(sum.dropped, outcome.dropped),
    },
  };
}

function add(a: DeadLetterCounts, b: DeadLetterCounts): DeadLetterCounts {
  const sum = { ...a };
  for (const [reason, count] of Object.entries(b) as [DeadLetterReason, number][]) {
    sum[reason] = (sum[reason] ?? 0) + count;
  }
  return sum;
}

export function countAll(counts: DeadLetterCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
