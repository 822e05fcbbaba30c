import { MAX_LEADER_EPOCHS } from '../limits.js';

/**
 * The leader epochs (KIP-101) of the records that were read of one partition, ascending: each with the first offset that
 * was read of it. Empty where nothing is known. Plain JSON: it stands in plans and carried state.
 */
export type LeaderEpochs = readonly LeaderEpoch[];
export type LeaderEpoch = readonly [epoch: number, first: number];

/** What Kafka says where a batch or an offset has no leader epoch. */
export const NO_LEADER_EPOCH = -1;

/** These epochs and the next ones that were read. Older ones than the last few are forgotten. */
export function addLeaderEpochs(known: LeaderEpochs, next: LeaderEpochs): LeaderEpochs {
  const all = [...known];
  for (const each of next) {
    if (each[0] > lastLeaderEpoch(all)) all.push(each);
  }
  return all.slice(-MAX_LEADER_EPOCHS);
}

/** Of what was read before a committed offset: one epoch is all that Kafka keeps with it. */
export function committedEpochs(leaderEpoch: number | undefined, offset: number): LeaderEpochs {
  return leaderEpoch === undefined || offset === 0 ? [] : [[leaderEpoch, offset - 1]];
}

/** Those of the records below an offset. */
export function leaderEpochsBelow(epochs: LeaderEpochs, offset: number): LeaderEpochs {
  return epochs.filter(([, first]) => first < offset);
}

export function lastLeaderEpoch(epochs: LeaderEpochs): number {
  return epochs.at(-1)?.[0] ?? NO_LEADER_EPOCH;
}
