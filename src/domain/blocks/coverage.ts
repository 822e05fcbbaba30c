import type { OffsetSpan, PlannedRange } from '../records/offset-range.js';

interface Place extends OffsetSpan {
  /** Start of the block in the making. */
  start: number;
  decided: number;
  covered: number;
}

/**
 * Keeps account of which offsets each block decides about. An offset without a record belongs to the block of the record
 * that follows it in the batch; those behind the last record belong to the last block.
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

  /** Something is known to hold nothing, and waits for a block to belong to. */
  get isPending(): boolean {
    return this.places.some(({ decided, covered }) => covered > decided);
  }

  /** The place of the range that records of a partition come from. Ranges come in the order of the plan. */
  open(partition: number): number {
    const place = this.placeOf(partition);
    if (place < this.current) throw new Error(`Coverage: partition ${partition} came before`);
    return place;
  }

  epochOf(place: number): number {
    return this.at(place).epoch;
  }

  /** A record of the range at this place is decided; throws where it is not the range's, or comes again. */
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

  /** Everything below `next` that holds no record is known to hold none. */
  cover(partition: number, next: number): void {
    const place = this.at(this.placeOf(partition));
    place.covered = Math.max(place.covered, Math.min(next, place.end));
  }

  /** What was decided since the last time; `all`: and what is only known to hold nothing. */
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
    if (place < 0) throw new Error(`Coverage: partition ${partition} is not of this batch`);
    return place;
  }

  private at(place: number): Place {
    const found = this.places[place];
    if (found === undefined) throw new Error(`Coverage: there is no place ${place}`);
    return found;
  }
}
