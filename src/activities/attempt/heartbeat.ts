import { Context } from '@temporalio/activity';
import { HEARTBEAT_TIMEOUT_MS, HEARTBEATS_PER_TIMEOUT } from '../../domain/limits.js';
import { setImmediate as turn } from 'node:timers/promises';

/** Heartbeats of one attempt, and its knowledge of whether it still may act. */
export interface Pulse {
  /** Throws when this attempt was silent for so long that another one may have taken over. */
  assertAlive(): void;
  /** Leaves the details as they are now to the attempt that will follow this one, which fails. */
  tellNext(): void;
  stop(): void;
}

interface PulseOptions {
  /** The activity's own heartbeat timeout unless given. */
  readonly timeoutMs?: number;
  /** Goes with every heartbeat, for an attempt that may follow. */
  readonly details?: () => unknown;
}

/** Lets the event loop turn where it has not for a while: heartbeats are sent from it. */
interface Breaths {
  /** Null, which need not be awaited, as long as there is no need. */
  due(): Promise<void> | null;
}

const TICK_MS = 250;

/** Far below the interval of heartbeats, also on a machine that is ten times slower. */
const BUSY_MS = 20;

/**
 * Heartbeats from a timer, as rarely as the timeout allows: Temporal Cloud bills each one, and a batch that ends before the
 * first one is due needs none. An attempt that stood still for longer than the heartbeat timeout, for example because its
 * process was stopped and continued, has been given away: from then on it must send nothing.
 */
export function startPulse({
  timeoutMs = Context.current().info.heartbeatTimeoutMs ?? HEARTBEAT_TIMEOUT_MS,
  details = () => undefined,
}: PulseOptions = {}): Pulse {
  const context = Context.current();
  // Temporal counts the silence from the start of the attempt.
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
          `This attempt stood still for ${Math.round(silentMs)} ms and may have been given to another worker: it sends nothing more`,
        );
      }
    },
    tellNext: () => {
      // A first heartbeat is sent at once, beside the report of the failure, and may arrive after it. The second one is held
      // back by the throttle, and the core sends what it holds back before it reports.
      context.heartbeat(details());
      context.heartbeat(details());
    },
    stop: () => {
      clearInterval(timer);
    },
  };
}

/** Twice within the timeout: work that is given to another worker too early is only done twice. */
function heartbeatPauseMs(): number {
  return (Context.current().info.heartbeatTimeoutMs ?? HEARTBEAT_TIMEOUT_MS) / 2;
}

/** Heartbeats while work of unknown length is done, so that a worker that dies is noticed and a slow server is waited for. */
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
