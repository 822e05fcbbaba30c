import type { OffsetRange } from '../records/offset-range.js';
import type { PipelineResult } from './public-types.js';
import { NO_TOTALS, type PipelineState } from './state.js';

/** Totals of a pipeline that ended; null state: it was stopped before it knew its settings. */
export function pipelineResult(state: PipelineState | null, drain: 'stop' | null): PipelineResult {
  const { rows, deadLetters, filtered, skipped, batches } = state?.totals ?? NO_TOTALS;
  const cursors = Object.fromEntries(
    (state?.partitions.cursor ?? []).map((cursor, partition) => [String(partition), cursor]),
  );
  const unfinished = unfinishedRanges(state);
  return {
    rows,
    deadLetters,
    filtered,
    skipped,
    batches,
    cursors,
    endedBy: drain === 'stop' ? 'stop' : 'until',
    ...(unfinished.length > 0 && { unfinished }),
    ...(state?.leftUndecided && { undecided: state.leftUndecided }),
  };
}

function unfinishedRanges(state: PipelineState | null): readonly OffsetRange[] {
  return (state?.pending ?? []).flatMap((plan) =>
    plan.ranges.map(({ partition, first, end }) => ({ partition, first, end })),
  );
}
