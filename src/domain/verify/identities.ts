import {
  has,
  IDENTIFIED,
  IN_QUESTION,
  isOfOtherEvent,
  mark,
  OTHER_EVENT,
  type Places,
  SAME_EVENT,
  unmark,
} from './fates.js';

/** Compares the events of records and rows at the same offsets by 32-bit numbers. Add records first. */
export interface Identities {
  ofRecord(at: number, identity: number): void;
  /** Adds a row of the epoch that counts. */
  ofRow(at: number, identity: number): void;
  /** Whether any offset has rows of other events only. */
  haveOthers(): boolean;
}

export function createIdentities(places: Places): Identities {
  const { marks } = places;
  /** Identities of records in question and of sampled records. */
  let identities = new Uint32Array(0);
  return {
    ofRecord(at, identity) {
      if (identities.length === 0) identities = new Uint32Array(marks.length);
      identities[at] = identity;
      mark(places, at, IDENTIFIED);
    },
    ofRow(at, identity) {
      if (!has(places, at, IDENTIFIED)) return;
      if (identities[at] === identity) {
        unmark(places, at, IN_QUESTION);
        mark(places, at, SAME_EVENT);
        return;
      }
      // A row of an older epoch with another event says nothing about a record in question.
      if (!has(places, at, IN_QUESTION)) mark(places, at, OTHER_EVENT);
    },
    haveOthers: () => marks.some(isOfOtherEvent),
  };
}
