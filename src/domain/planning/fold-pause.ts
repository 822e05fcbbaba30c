import type { PipelineState } from '../pipeline/state.js';

type Pause = NonNullable<PipelineState['pause']>;

/** A repeated pause without a reason keeps the first one, so that it does not remove the reason that somebody gave. */
export function foldPause(
  before: PipelineState['pause'],
  reason: string | undefined,
  since: Pause['since'],
): Pause {
  if (before && reason === undefined) return before;
  return { reason: reason ?? 'no reason given', since };
}
