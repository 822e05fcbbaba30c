import { isBad } from '../../dev/events/bad-record.js';
import { eventId } from '../../dev/events/event-id.js';
import type { Produced } from '../../dev/events/fast-producer.js';

/** The position of a record. The epoch is 0 until a decision moves a cursor back. */
export interface Place {
  readonly epoch: number;
  readonly partition: number;
  readonly offset: number;
}

/** What a record must become: a row of this event, or a dead letter. */
export type Becomes = { readonly row: string } | 'letter';

/** What was written to Kafka, as recorded by the writers. */
export interface Expectation {
  readonly size: number;
  /** What already exists and what is still being sent. */
  readonly announced: number;
  announce(count: number): void;
  add(place: Place, becomes: Becomes): void;
  addProduced(lots: readonly Produced[], origin: Origin): void;
  /** Records that never have to arrive, because Kafka no longer has them. */
  forget(isGone: (place: Place) => boolean): number;
  entries(): Iterable<readonly [key: string, becomes: Becomes]>;
}

interface Origin {
  readonly seed: number;
  readonly badPermille: number;
  readonly epoch: number;
}

export function placeKey({ epoch, partition, offset }: Place): string {
  return `${epoch}/${partition}/${offset}`;
}

export function createExpectation(): Expectation {
  const records = new Map<string, Becomes>();
  let announced = 0;
  return {
    get size() {
      return records.size;
    },
    get announced() {
      return announced;
    },
    announce(count) {
      announced += count;
    },
    add: (place, becomes) => void records.set(placeKey(place), becomes),
    addProduced(lots, { seed, badPermille, epoch }) {
      for (const { partition, firstIndex, firstOffset, count } of lots) {
        const origin = { seed, partition };
        for (let at = 0; at < count; at++) {
          const index = firstIndex + at;
          const key = placeKey({ epoch, partition, offset: firstOffset + at });
          const bad = isBad(origin, index, badPermille);
          records.set(key, bad ? 'letter' : { row: eventId(origin, index) });
        }
      }
    },
    forget(isGone) {
      const before = records.size;
      for (const key of [...records.keys()]) {
        const [epoch = 0, partition = 0, offset = 0] = key.split('/').map(Number);
        if (isGone({ epoch, partition, offset })) records.delete(key);
      }
      announced -= before - records.size;
      return before - records.size;
    },
    entries: () => records.entries(),
  };
}
