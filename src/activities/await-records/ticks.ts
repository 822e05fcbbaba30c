/** Instants at which all waiting callers continue together. */
export interface Ticks {
  /** Resolves at the next multiple of `periodMs` since 1970. */
  next(periodMs: number): Promise<void>;
}

/** Idle pipelines that look at Kafka in the same instant need one request for all of them. */
export function createTicks(): Ticks {
  /** By instant, in milliseconds since 1970. */
  const waiting = new Map<number, Promise<void>>();
  return {
    next(periodMs) {
      const nowMs = Date.now();
      const atMs = (Math.floor(nowMs / periodMs) + 1) * periodMs;
      const known = waiting.get(atMs);
      if (known !== undefined) return known;
      const tick = new Promise<void>((resolve) => {
        const end = () => {
          waiting.delete(atMs);
          resolve();
        };
        setTimeout(() => {
          // A timer may fire a millisecond early. A caller that asked again then would wait for the same instant twice.
          if (Date.now() < atMs) setTimeout(end, 1);
          else end();
        }, atMs - nowMs);
      });
      waiting.set(atMs, tick);
      return tick;
    },
  };
}
