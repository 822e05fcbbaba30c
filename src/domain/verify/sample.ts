import { VERIFY_SAMPLE_OFFSETS, VERIFY_SAMPLED_ELECTIONS } from '../limits.js';
import type { LeaderEpochs } from '../log/leader-epochs.js';

/**
 * Chooses the records of a chunk whose event is compared with that of their row. It always chooses the same ones: the first
 * of every thousand offsets, the last offset, and the first after each leader election, because a truncated log differs
 * from there on.
 */
export interface Sample {
  /** Call it before the records of a fetch. */
  fetched(leaderEpochs: LeaderEpochs): void;
  /** Call it for each record, in the order of offsets. */
  takes(offset: number): boolean;
  /** Offsets of the chosen records, ascending. */
  readonly offsets: readonly number[];
}

export function createSample({ first, end }: { first: number; end: number }): Sample {
  const offsets: number[] = [];
  let elections: number[] = [];
  let electionsLeft = VERIFY_SAMPLED_ELECTIONS;
  let leaderEpoch: number | null = null;
  let nextFrom = first;
  return {
    offsets,
    fetched(leaderEpochs) {
      for (const [epoch, from] of leaderEpochs) {
        if (epoch !== leaderEpoch && leaderEpoch !== null) elections.push(from);
        leaderEpoch = epoch;
      }
    },
    takes(offset) {
      const isDue = offset >= nextFrom || offset === end - 1;
      const isElected = elections.length > 0 && offset >= (elections[0] ?? 0) && electionsLeft > 0;
      if (!isDue && !isElected) return false;
      if (isElected) {
        electionsLeft -= 1;
        elections = elections.filter((from) => from > offset);
      }
      if (offset >= nextFrom) {
        const passed = Math.floor((offset - first) / VERIFY_SAMPLE_OFFSETS) + 1;
        nextFrom = first + passed * VERIFY_SAMPLE_OFFSETS;
      }
      offsets.push(offset);
      return true;
    },
  };
}
