import { Context } from '@temporalio/activity';
import { HEARTBEAT_TIMEOUT_MS, HEARTBEATS_PER_TIMEOUT } from '../../domain/limits.js';
import { setImmediate as turn } from 'node:timers/promises';

/** Sends the heartbeats of one attempt, and knows whether the attempt may still act. */
export interface Pulse {
  /** Throws when this attempt sent no heartbeat for so long that another one may have taken over. */
  assertAlive(): void;
  /** Passes the current details to the next attempt. To be called when this attempt fails. */
  tellNext(): void;
  stop(): void;
}

interface PulseOptions {
  /** The activity's own heartbeat timeout unless given. */
  readonly timeoutMs?: number;
  /** Goes with every heartbeat, for an attempt that may follow. */
  readonly details?: () => unknown;
}

/** Yields to the event loop, which sends the heartbeats, if it has been blocked for a while. */
interface Breaths {
  /** A promise to await; null, which need not be awaited, while no yield is due. */
  due(): Promise<void> | null;
}

const TICK_MS = 250;

/** Far below the interval of heartbeats, even on a machine that is ten times slower. */
const BUSY_MS = 20;

/**
 * Sends heartbeats from a timer, as rarely as the timeout allows: Temporal Cloud bills each one, and a batch that ends before the
 * first one is due needs none. If an attempt was suspended for longer than the heartbeat timeout, for example because its process
 * was stopped and continued, Temporal has given it to another worker, and it must not send anything from then on.
 */
export function startPulse({
  timeoutMs = Context.current().info.heartbeatTimeoutMs ?? HEARTBEAT_TIMEOUT_MS,
  details = () => undefined,
}: PulseOptions = {}): Pulse {
  const context = Context.current();
  // Temporal measures the first heartbeat timeout from the start of the attempt.
  let lastMs = performance.now();
  let longestMs = 0;
  const beat = () => {
    const nowMs = performance.now();
    if (nowMs - lastMs < timeoutMs / HEARTBEATS_PER_TIMEOUT) return;
    longestMs = Math.max(longestMs, nowMs - lastMs);
    lastMs = nowMs;
    context.heartbeat(details());
  };
  const timer = setInterval(beat, TICK_MS);
  return {
    assertAlive: () => {
      const silentMs = Math.max(longestMs, performance.now() - lastMs);
      if (silentMs >= timeoutMs) {
        throw new Error(
          `This attempt sent no heartbeat for ${Math.round(silentMs)} ms, so another worker may have taken over the batch: this attempt sends nothing more`,
        );
      }
    },
    tellNext: () => {
      // The first heartbeat is sent at once, in parallel with the report of the failure, and may arrive after it. Temporal's core
      // throttles the second one, and sends throttled heartbeats before it reports.
      context.heartbeat(details());
      context.heartbeat(details());
    },
    stop: () => {
      clearInterval(timer);
    },
  };
}

/** Twice within the timeout is enough: if Temporal gives the work to another worker too early, it is only done twice. */
function heartbeatPauseMs(): number {
  return (Context.current().info.heartbeatTimeoutMs ?? HEARTBEAT_TIMEOUT_MS) / 2;
}

/** Sends heartbeats during work of unknown length, so that Temporal notices a dead worker but waits for a slow server. */
export async function beating<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  const beat = setInterval(() => {
    context.heartbeat();
  }, heartbeatPauseMs());
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
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
