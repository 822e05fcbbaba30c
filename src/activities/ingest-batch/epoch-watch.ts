import type { PlannedRange } from '../../domain/records/offset-range.js';
import type { FetchedRecords } from '../../domain/ports/record-source.js';
import {
  addLeaderEpochs,
  lastLeaderEpoch,
  type LeaderEpochs,
  leaderEpochsBelow,
  NO_LEADER_EPOCH,
} from '../../domain/log/leader-epochs.js';

/** Follows the leader epochs of what a batch reads. */
export interface EpochWatch {
  /**
   * False where the fetch can't be of the log that the range was planned from: its records were taken by a later leader
   * than the one that had them all already, or by an earlier one than the records before them.
   */
  fits(fetched: Pick<FetchedRecords, 'partition' | 'leaderEpochs'>): boolean;
  /** Of the records that were read below an offset. */
  below(partition: number, offset: number): LeaderEpochs;
}

export function watchLeaderEpochs(ranges: readonly PlannedRange[]): EpochWatch {
  const planned = new Map(ranges.map((range) => [range.partition, range]));
  const known = new Map(
    ranges.map(({ partition, leaderEpochs = [] }) => [partition, leaderEpochs]),
  );
  const of = (partition: number) => known.get(partition) ?? [];
  return {
    fits({ partition, leaderEpochs }) {
      const range = planned.get(partition);
      const latest = range?.endLeaderEpoch ?? Infinity;
      let last = lastLeaderEpoch(of(partition));
      let isFit = true;
      for (const [epoch, first] of leaderEpochs) {
        const isWithin = first < Number(range?.end);
        if (epoch < last || (epoch > latest && isWithin)) isFit = false;
        last = Math.max(last, epoch);
      }
      known.set(partition, addLeaderEpochs(of(partition), leaderEpochs));
      return isFit;
    },
    below: (partition, offset) => leaderEpochsBelow(of(partition), offset),
  };
}

/** For a commit; left out where nothing is known. */
export function leaderEpochOf(epochs: LeaderEpochs): number | undefined {
  const last = lastLeaderEpoch(epochs);
  return last === NO_LEADER_EPOCH ? undefined : last;
}
