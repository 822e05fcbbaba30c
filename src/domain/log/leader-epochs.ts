import { MAX_LEADER_EPOCHS } from '../limits.js';

/**
 * Leader epochs (KIP-101) of the records that were read from one partition, ascending. Each has the first offset that was
 * read in it. Empty if nothing is known. Plain JSON, because plans and carried state contain it.
 */
export type LeaderEpochs = readonly LeaderEpoch[];
export type LeaderEpoch = readonly [epoch: number, first: number];

/** Kafka's value for a batch or an offset without a leader epoch. */
export const NO_LEADER_EPOCH = -1;

/** Appends epochs that were read later. Only the last few are kept. */
export function addLeaderEpochs(known: LeaderEpochs, next: LeaderEpochs): LeaderEpochs {
  const all = [...known];
  for (const each of next) {
    if (each[0] > lastLeaderEpoch(all)) all.push(each);
  }
  return all.slice(-MAX_LEADER_EPOCHS);
}

/** Leader epochs of what was read before a committed offset. Kafka stores only one epoch with an offset. */
export function committedEpochs(leaderEpoch: number | undefined, offset: number): LeaderEpochs {
  return leaderEpoch === undefined || offset === 0 ? [] : [[leaderEpoch, offset - 1]];
}

/** The leader epochs of the records below an offset. */
export function leaderEpochsBelow(epochs: LeaderEpochs, offset: number): LeaderEpochs {
  return epochs.filter(([, first]) => first < offset);
}

export function lastLeaderEpoch(epochs: LeaderEpochs): number {
  return epochs.at(-1)?.[0] ?? NO_LEADER_EPOCH;
}
