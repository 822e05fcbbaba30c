import type { RecordRun } from '../../domain/records/record-run.js';

/** Partitions that are counted, so that heartbeats stay small: some 30 bytes each. */
const MAX_COUNTED = 500;

type Counted = readonly [partition: number, next: number, records: number];

/**
 * Holds the records that an attempt reads against those that an earlier one had read of the same offsets. What Kafka gives
 * must not change; where it does, nobody can say which answer was the truth, and a person should know.
 */
export interface Recount {
  /** Records that are read, partition after partition, in the order of their offsets. */
  saw(run: Pick<RecordRun, 'partition' | 'count' | 'offsets'>): void;
  /** All records of the partition below this offset were seen. */
  passed(partition: number, next: number): void;
  /** What was counted, by this attempt or further on by an earlier one: goes with its heartbeats to the next attempt. */
  counted(): readonly Counted[];
}

interface Place {
  records: number;
  /** Those below the offset up to which an earlier attempt had counted. */
  recounted: number;
  isCompared: boolean;
}

export function createRecount(earlier: unknown, onDifference: (what: string) => void): Recount {
  const before = new Map(countedIn(earlier).map((counted) => [counted[0], counted]));
  const counted = new Map(before);
  const places = new Map<number, Place>();
  const placeOf = (partition: number): Place => {
    const place = places.get(partition) ?? { records: 0, recounted: 0, isCompared: false };
    places.set(partition, place);
    return place;
  };
  return {
    saw({ partition, count, offsets }) {
      const place = placeOf(partition);
      const [, next = 0] = before.get(partition) ?? [];
      place.records += count;
      place.recounted += below(offsets, count, next);
    },
    passed(partition, next) {
      const place = placeOf(partition);
      const known = before.get(partition);
      if (known !== undefined && next >= known[1] && !place.isCompared) {
        place.isCompared = true;
        if (place.recounted !== known[2]) onDifference(difference(known, place.recounted));
      }
      if (next < (counted.get(partition)?.[1] ?? 0)) return;
      if (counted.size < MAX_COUNTED || counted.has(partition)) {
        counted.set(partition, [partition, next, place.records]);
      }
    },
    counted: () => [...counted.values()],
  };
}

/** Of ascending offsets, how many are below the limit. */
function below(offsets: Float64Array, count: number, limit: number): number {
  let found = count;
  while (found > 0 && (offsets[found - 1] ?? 0) >= limit) found -= 1;
  return found;
}

function difference([partition, next, records]: Counted, recounted: number): string {
  return `Kafka gave ${records} records of partition ${partition} below offset ${next} to one attempt and ${recounted} to a later one: compaction or retention took some in between, or a broker lost them`;
}

/** Heartbeats of another release may say something else. */
function countedIn(details: unknown): readonly Counted[] {
  if (!Array.isArray(details)) return [];
  return details.filter(
    (each): each is Counted =>
      Array.isArray(each) && each.length === 3 && each.every((part) => typeof part === 'number'),
  );
}
