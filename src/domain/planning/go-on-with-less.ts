import type { BatchPlan } from '../pipeline/batch-plan.js';
import { DECISIONS_KEPT } from '../limits.js';
import type { PipelineSettings } from '../pipeline/settings.js';
import type { HeldPlan, PipelineState } from '../pipeline/state.js';
import { decidedWithout } from '../holds/table-changed.js';

/**
 * Applies the decision to continue although the table stores or guarantees less than before. The plan reconciles first:
 * rows that were sent with more columns stay, and the rest is sent with fewer. Null if the table has no column left to
 * write into.
 */
export function withLess(
  state: PipelineState,
  { plan, foundTarget = state.target, givesUp }: HeldPlan,
  nowMs: number,
): { readonly state: PipelineState; readonly plan: BatchPlan | null } | null {
  if (foundTarget.columns.length === 0) return null;
  const settings: PipelineSettings = {
    ...state.settings,
    ...(givesUp?.guarantee && { guarantee: 'report' }),
    ...(givesUp?.durability && { durability: 'server' }),
  };
  const { lanes, durability, guarantee } = settings;
  const { columns, tablePartition, version, contract } = foundTarget;
  return {
    state: {
      ...state,
      target: foundTarget,
      settings,
      ...(givesUp && { decisions: decided(state, decidedWithout(givesUp, foundTarget), nowMs) }),
    },
    plan: plan && {
      ...plan,
      tableVersion: version,
      wishes: { ...plan.wishes, lanes, durability, guarantee },
      ...(contract && { contract }),
      cut: { ...plan.cut, columns, tablePartition },
    },
  };
}

/** The same decision about several partitions counts as one. */
function decided({ decisions = [] }: PipelineState, what: string, nowMs: number) {
  const others = decisions.filter((each) => each.what !== what);
  return [...others, { at: new Date(nowMs).toISOString(), what }].slice(-DECISIONS_KEPT);
}
