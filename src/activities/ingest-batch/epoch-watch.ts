import type { PlannedRange } from '../../domain/records/offset-range.js';
import type { FetchedRecords } from '../../domain/ports/record-source.js';
import {
  addLeaderEpochs,
  lastLeaderEpoch,
  type LeaderEpochs,
  leaderEpochsBelow,
  NO_LEADER_EPOCH,
} from '../../domain/log/leader-epochs.js';

/** Tracks the leader epochs of the records that a batch reads. */
export interface EpochWatch {
  /**
   * False if the fetch can't come from the log that the range was planned from: its records have a later leader epoch than the
   * planned end of the range, or an earlier one than the records before them.
   */
  fits(fetched: Pick<FetchedRecords, 'partition' | 'leaderEpochs'>): boolean;
  /** The leader epochs of the records that were read below an offset. */
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

/** The leader epoch to commit; undefined if it is unknown. */
export function leaderEpochOf(epochs: LeaderEpochs): number | undefined {
  const last = lastLeaderEpoch(epochs);
  return last === NO_LEADER_EPOCH ? undefined : last;
}
