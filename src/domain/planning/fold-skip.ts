import type { PipelineState, Skip } from '../pipeline/state.js';
import { withUncommitted } from './uncommitted.js';

/**
 * Applies a decision to leave records out, once its dead letter is written: moves the cursor past them. `isUncommitted`: Kafka
 * does not have the new offset.
 */
export function foldSkip(
  before: PipelineState,
  skip: Skip,
  { isUncommitted }: { readonly isUncommitted: boolean },
): PipelineState {
  const state = withUncommitted(before, isUncommitted ? [skip.partition] : []);
  const { partitions, totals } = state;
  if (partitions.cursor[skip.partition] !== skip.first) {
    throw new Error(
      `Ledger: [${skip.first}, ${skip.end}) of partition ${skip.partition} was skipped, but the cursor is at ${partitions.cursor[skip.partition] ?? 'nothing'}`,
    );
  }
  return {
    ...state,
    skips: state.skips.filter((each) => each !== skip),
    partitions: {
      ...partitions,
      cursor: partitions.cursor.with(skip.partition, skip.end),
      // Nobody read the skipped records, so their leader epochs are not known.
      leaderEpochs: partitions.leaderEpochs.with(skip.partition, []),
    },
    totals: { ...totals, skipped: totals.skipped + Number(skip.end) - Number(skip.first) },
  };
}
