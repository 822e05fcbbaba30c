import type { RecordRun } from '../../domain/records/record-run.js';

/** Most partitions that are counted, so that heartbeats stay small: each takes some 30 bytes. */
const MAX_COUNTED = 500;

type Counted = readonly [partition: number, next: number, records: number];

/**
 * Compares how many records an attempt reads with how many an earlier one read at the same offsets. Kafka's answer must not
 * change. If it does, a person should know, because nobody can tell which answer was right.
 */
export interface Recount {
  /** Takes records as they are read, partition after partition, in the order of their offsets. */
  saw(run: Pick<RecordRun, 'partition' | 'count' | 'offsets'>): void;
  /** All records of the partition below this offset were seen. */
  passed(partition: number, next: number): void;
  /** The counts of this attempt, or of an earlier one that got further. Heartbeats carry them to the next attempt. */
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

/** How many of the ascending offsets are below the limit. */
function below(offsets: Float64Array, count: number, limit: number): number {
  let found = count;
  while (found > 0 && (offsets[found - 1] ?? 0) >= limit) found -= 1;
  return found;
}

function difference([partition, next, records]: Counted, recounted: number): string {
  return `Kafka returned ${records} records of partition ${partition} below offset ${next} to one attempt, but ${recounted} to a later one: compaction or retention removed records in between, or a broker lost them`;
}

/** Heartbeats of another release may carry something else. */
function countedIn(details: unknown): readonly Counted[] {
  if (!Array.isArray(details)) return [];
  return details.filter(
    (each): each is Counted =>
      Array.isArray(each) && each.length === 3 && each.every((part) => typeof part === 'number'),
  );
}
