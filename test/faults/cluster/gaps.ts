/** The longest time between two arrivals in each partition. */
export interface Gaps {
  /** Starts counting, unless it already does. */
  begin(partition: number): void;
  /** Something new has arrived. Ignored for a partition that was not begun. */
  arrived(partition: number): void;
  /** The number of arrivals. */
  arrivals(partition: number): number;
  /** For each partition since the last call, in milliseconds. A gap that is still open counts up to now. */
  takeLongest(): ReadonlyMap<number, number>;
}

interface Place {
  sinceMs: number;
  longestMs: number;
  arrivals: number;
}

/** @param nowMs - a monotonic clock */
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
