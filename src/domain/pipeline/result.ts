import type { Offset, OffsetRange } from '../records/offset-range.js';
import { NO_TOTALS, type PipelineState } from './state.js';

/** What `pipeline` returns when it completes. */
export interface PipelineResult {
  /** This field and the next four are totals, as in `status`. */
  readonly rows: number;
  readonly deadLetters: number;
  readonly filtered: number;
  readonly skipped: number;
  readonly batches: number;
  /** Next offset of each partition. */
  readonly cursors: Readonly<Record<string, Offset>>;
  /** `until`: every partition has reached its end. `stop`: somebody stopped it. */
  readonly endedBy: 'until' | 'stop';
  /** Ranges that a drain left unfinished. The next start reconciles them first. */
  readonly unfinished?: readonly OffsetRange[];
  /**
   * With `"until":"now"`: offsets that were in the log at the start, but after the start of an open transaction. They were
   * not read.
   */
  readonly undecided?: readonly OffsetRange[];
}

/** Totals of a pipeline that ended. `state` is null if it was stopped before it knew its settings. */
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
