import type { BatchOutcome } from '../pipeline/batch-plan.js';
import type { PipelineState } from '../pipeline/state.js';

/** The batch has committed what it has done, except for what it reports. */
export function uncommittedAfter(
  { uncommitted: known = [] }: PipelineState,
  { done, uncommitted = [] }: BatchOutcome,
): Pick<PipelineState, 'uncommitted'> {
  if (known.length === 0 && uncommitted.length === 0) return {};
  const tried = new Set(done.map(({ partition }) => partition));
  const left = [...known.filter((partition) => !tried.has(partition)), ...uncommitted];
  return { uncommitted: left.length === 0 ? undefined : left.toSorted((a, b) => a - b) };
}
