import type { OffsetSpan, PlannedRange } from '../records/offset-range.js';

interface Place extends OffsetSpan {
  /** Start of the current block. */
  start: number;
  decided: number;
  covered: number;
}

/**
 * Tracks which offsets each block decides. An offset without a record belongs to the block of the next record in the batch.
 * Offsets after the last record belong to the last block.
 */
export class Coverage {
  private readonly places: readonly Place[];
  private current = 0;

  constructor(ranges: readonly PlannedRange[]) {
    this.places = ranges.map((range) => {
      const first = Number(range.first);
      const { partition, epoch } = range;
      const end = Number(range.end);
      return { partition, epoch, first, end, start: first, decided: first, covered: first };
    });
  }

  /** Whether there are offsets without a record that belong to no block yet. */
  get isPending(): boolean {
    return this.places.some(({ decided, covered }) => covered > decided);
  }

  /** Index of the range that the records of a partition belong to. Ranges come in the order of the plan. */
  open(partition: number): number {
    const place = this.placeOf(partition);
    if (place < this.current)
      throw new Error(`Coverage: partition ${partition} has already passed`);
    return place;
  }

  epochOf(place: number): number {
    return this.at(place).epoch;
  }

  /** Marks a record of this range as decided. Throws if it is outside of the range or was decided before. */
  decide(index: number, offset: number): void {
    const place = this.at(index);
    const least = Math.max(place.decided, place.covered);
    if (offset < least || offset >= place.end) {
      throw new Error(
        `Coverage: offset ${offset} of partition ${place.partition} is not in [${least}, ${place.end})`,
      );
    }
    if (index > this.current) {
      this.settle(index);
      this.current = index;
    }
    place.decided = offset + 1;
  }

  /** Marks all offsets below `next` that hold no record as known to be empty. */
  cover(partition: number, next: number): void {
    const place = this.at(this.placeOf(partition));
    place.covered = Math.max(place.covered, Math.min(next, place.end));
  }

  /** The offsets that were decided since the last call. `all` includes offsets that are only known to be empty. */
  take(until: 'last-record' | 'all'): readonly OffsetSpan[] {
    if (until === 'all') this.settle(this.places.length);
    return this.places.flatMap((place) => {
      const { partition, epoch, start, decided } = place;
      place.start = decided;
      return start < decided ? [{ partition, epoch, first: start, end: decided }] : [];
    });
  }

  private settle(upTo: number): void {
    for (const place of this.places.slice(0, upTo)) {
      place.decided = Math.max(place.decided, place.covered);
    }
  }

  private placeOf(partition: number): number {
    const place = this.places.findIndex((candidate) => candidate.partition === partition);
    if (place < 0) throw new Error(`Coverage: partition ${partition} is not in this batch`);
    return place;
  }

  private at(place: number): Place {
    const found = this.places[place];
    if (found === undefined) throw new Error(`Coverage: there is no place ${place}`);
    return found;
  }
}
