import type { PlannedRange } from './plan.js';
import type { OffsetSpan } from './range.js';

/**
 * Keeps account of which offsets each block decides about. An offset without a record belongs to the block of the record
 * that follows it in the batch; those behind the last record belong to the last block.
 */
export interface Coverage {
  /** The place of the range that records of a partition come from. Ranges come in the order of the plan. */
  open(partition: number): number;
  epochOf(place: number): number;
  /** A record of the range at this place is decided; throws where it is not the range's, or comes again. */
  decide(place: number, offset: number): void;
  /** Everything below `next` that holds no record is known to hold none. */
  cover(partition: number, next: number): void;
  /** What was decided since the last time; `all`: and what is only known to hold nothing. */
  take(until: 'last-record' | 'all'): readonly OffsetSpan[];
  /** Something is known to hold nothing, and waits for a block to belong to. */
  readonly isPending: boolean;
}

interface Place extends OffsetSpan {
  /** Start of the block in the making. */
  start: number;
  decided: number;
  covered: number;
}

export function createCoverage(ranges: readonly PlannedRange[]): Coverage {
  const places: readonly Place[] = ranges.map((range) => {
    const first = Number(range.first);
    const { partition, epoch } = range;
    const end = Number(range.end);
    return { partition, epoch, first, end, start: first, decided: first, covered: first };
  });
  let current = 0;

  const settle = (upTo: number): void => {
    for (const place of places.slice(0, upTo)) {
      place.decided = Math.max(place.decided, place.covered);
    }
  };
  const placeOf = (partition: number): number => {
    const place = places.findIndex((candidate) => candidate.partition === partition);
    if (place < 0) throw new Error(`Coverage: partition ${partition} is not of this batch`);
    return place;
  };
  const at = (place: number): Place => {
    const found = places[place];
    if (found === undefined) throw new Error(`Coverage: there is no place ${place}`);
    return found;
  };
  return {
    open(partition) {
      const place = placeOf(partition);
      if (place < current) throw new Error(`Coverage: partition ${partition} came before`);
      return place;
    },
    epochOf: (place) => at(place).epoch,
    decide(index, offset) {
      const place = at(index);
      const least = Math.max(place.decided, place.covered);
      if (offset < least || offset >= place.end) {
        throw new Error(
          `Coverage: offset ${offset} of partition ${place.partition} is not in [${least}, ${place.end})`,
        );
      }
      if (index > current) {
        settle(index);
        current = index;
      }
      place.decided = offset + 1;
    },
    cover(partition, next) {
      const place = at(placeOf(partition));
      place.covered = Math.max(place.covered, Math.min(next, place.end));
    },
    take(until) {
      if (until === 'all') settle(places.length);
      return places.flatMap((place) => {
        const { partition, epoch, start, decided } = place;
        place.start = decided;
        return start < decided ? [{ partition, epoch, first: start, end: decided }] : [];
      });
    },
    get isPending() {
      return places.some(({ decided, covered }) => covered > decided);
    },
  };
}
