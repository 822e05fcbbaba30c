import type { PipelineState, Skip } from '../pipeline/state.js';

/** Applies a decision to leave records out, once its dead letter is written: moves the cursor past them. */
export function foldSkip(state: PipelineState, skip: Skip): PipelineState {
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
