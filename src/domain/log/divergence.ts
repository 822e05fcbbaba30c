import { lastLeaderEpoch, type LeaderEpochs, leaderEpochsBelow } from './leader-epochs.js';

/** How far one partition was read, and under which leaders. */
export interface LogPosition {
  readonly partition: number;
  /** Exclusive. */
  readonly end: number;
  readonly leaderEpochs: LeaderEpochs;
}

/** A log that no longer holds the records that were read from it, because an unclean leader election truncated it. */
export interface Divergence {
  readonly partition: number;
  /** First offset whose record is gone or is a different one. */
  readonly offset: number;
  /** False if records before that offset may differ too, because too little is known about the leaders they were read from. */
  readonly isExact: boolean;
}

/** A leader's answer about an epoch: its largest epoch that is not above the requested one, and where that epoch ends. */
export interface EpochEnd {
  readonly epoch: number;
  /** Exclusive. */
  readonly end: number;
}

/** The part of the log that may still equal what was read. */
export interface Common {
  readonly end: number;
  /** The last one is the next to ask about. */
  readonly leaderEpochs: LeaderEpochs;
  /** Null while the leader has to be asked again. */
  readonly isExact: boolean | null;
}

export function startComparing({ end, leaderEpochs }: LogPosition): Common {
  return { end, leaderEpochs, isExact: leaderEpochs.length === 0 ? false : null };
}

/**
 * Narrows the common part by the answer about the last epoch, as followers do to find where they agree with a leader
 * (KIP-279). An epoch has one leader, so both logs are the same up to the earlier of its two ends.
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
