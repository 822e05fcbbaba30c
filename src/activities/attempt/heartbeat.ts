import { Context } from '@temporalio/activity';
import { HEARTBEAT_TIMEOUT_MS, HEARTBEATS_PER_TIMEOUT } from '../../domain/limits.js';

const TICK_MS = 250;

/** Heartbeats of one attempt, and its knowledge of whether it still may act. */
export interface Pulse {
  /** Throws when this attempt was silent for so long that another one may have taken over. */
  assertAlive(): void;
  /** Leaves the details as they are now to the attempt that will follow this one, which fails. */
  tellNext(): void;
  stop(): void;
}

export interface PulseOptions {
  /** The activity's own heartbeat timeout unless given. */
  readonly timeoutMs?: number;
  /** Goes with every heartbeat, for an attempt that may follow. */
  readonly details?: () => unknown;
}

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
