/** The longest time between two arrivals in each partition. */
export interface Gaps {
  /** Counts from now on, where it does not already. */
  begin(partition: number): void;
  /** Something new is there. Ignored for a partition that nobody has begun. */
  arrived(partition: number): void;
  /** How many times something arrived. */
  arrivals(partition: number): number;
  /** Of each partition since the last call, in milliseconds; a gap that is still open counts as far as it goes. */
  takeLongest(): ReadonlyMap<number, number>;
}

interface Place {
  sinceMs: number;
  longestMs: number;
  arrivals: number;
}

/** @param nowMs - a clock that only goes forward */
export function createGaps(nowMs: () => number = () => performance.now()): Gaps {
  const places = new Map<number, Place>();
  const grow = (place: Place) => {
    place.longestMs = Math.max(place.longestMs, nowMs() - place.sinceMs);
  };
  return {
    begin(partition) {
      if (places.has(partition)) return;
      places.set(partition, { sinceMs: nowMs(), longestMs: 0, arrivals: 0 });
    },
    arrived(partition) {
      const place = places.get(partition);
      if (place === undefined) return;
      grow(place);
      place.sinceMs = nowMs();
      place.arrivals += 1;
    },
    arrivals: (partition) => places.get(partition)?.arrivals ?? 0,
    takeLongest() {
      return new Map(
        [...places].map(([partition, place]) => {
          grow(place);
          const { longestMs } = place;
          place.longestMs = 0;
          return [partition, longestMs];
        }),
      );
    },
  };
}
