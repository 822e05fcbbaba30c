import { setImmediate as turn } from 'node:timers/promises';

/** Far below the interval of heartbeats, also on a machine that is ten times slower. */
const BUSY_MS = 20;

/** Lets the event loop turn where it has not for a while: heartbeats are sent from it. */
export interface Breaths {
  /** Null, which need not be awaited, as long as there is no need. */
  due(): Promise<void> | null;
}

export function createBreaths(): Breaths {
  let sinceMs = performance.now();
  return {
    due() {
      if (performance.now() - sinceMs < BUSY_MS) return null;
      return turn().then(() => {
        sinceMs = performance.now();
      });
    },
  };
}
