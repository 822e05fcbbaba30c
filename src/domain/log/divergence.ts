import { lastLeaderEpoch, type LeaderEpochs, leaderEpochsBelow } from './leader-epochs.js';

/** How far one partition was read, and under which leaders. */
export interface LogPosition {
  readonly partition: number;
  /** Exclusive. */
  readonly end: number;
  readonly leaderEpochs: LeaderEpochs;
}

/** A log that holds other records than were read of it: an unclean leader election removed the end that was read. */
export interface Divergence {
  readonly partition: number;
  /** First offset whose record is gone, or another one. */
  readonly offset: number;
  /** False where even records before that offset may be others: too little is known of the leaders they were read under. */
  readonly isExact: boolean;
}

/** What a leader answers about an epoch: the largest one it has that is not above it, and where that one ends. */
export interface EpochEnd {
  readonly epoch: number;
  /** Exclusive. */
  readonly end: number;
}

/** What may still be the same in the log and in what was read of it. */
export interface Common {
  readonly end: number;
  /** The last one is to be asked about next. */
  readonly leaderEpochs: LeaderEpochs;
  /** Null while the leader has to be asked again. */
  readonly isExact: boolean | null;
}

export function startComparing({ end, leaderEpochs }: LogPosition): Common {
  return { end, leaderEpochs, isExact: leaderEpochs.length === 0 ? false : null };
}

/**
 * Narrows down by the answer about the last epoch, as followers do that have to find out where they agree with a leader
 * (KIP-279). Within one epoch there is one leader, so that both logs are the same up to the earlier of its two ends.
 */
export function narrow({ end, leaderEpochs }: Common, answer: EpochEnd): Common {
  const asked = lastLeaderEpoch(leaderEpochs);
  if (answer.epoch >= asked) {
    return { end: Math.min(end, answer.end), leaderEpochs, isExact: true };
  }
  const unknown = leaderEpochs.find(([epoch]) => epoch > answer.epoch);
  const left = Math.min(end, answer.end, unknown?.[1] ?? end);
  const known = leaderEpochsBelow(
    leaderEpochs.filter(([epoch]) => epoch <= answer.epoch),
    left,
  );
  const isSettled = lastLeaderEpoch(known) === answer.epoch;
  return { end: left, leaderEpochs: known, isExact: settled(isSettled, known) };
}

function settled(isSettled: boolean, known: LeaderEpochs): boolean | null {
  if (isSettled) return true;
  return known.length === 0 ? false : null;
}
