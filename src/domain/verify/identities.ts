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

/** Events of records and of rows at the same places, told apart by whole numbers of 32 bits. Records come first. */
export interface Identities {
  ofRecord(at: number, identity: number): void;
  /** Of a row of the epoch that counts. */
  ofRow(at: number, identity: number): void;
  /** Some row is of another event than the record at its offset, and no other row there is of it. */
  haveOthers(): boolean;
}

export function createIdentities(places: Places): Identities {
  const { marks } = places;
  /** Of records in question, and of those that are compared as a sample. */
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
      // A record in question is none that such a row was taken for.
      if (!has(places, at, IN_QUESTION)) mark(places, at, OTHER_EVENT);
    },
    haveOthers: () => marks.some(isOfOtherEvent),
  };
}
