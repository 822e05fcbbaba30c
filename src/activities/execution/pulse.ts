import { Context } from '@temporalio/activity';
import { HEARTBEAT_TIMEOUT_MS } from '../../domain/limits.js';

const TICK_MS = 250;

/** Heartbeats of one attempt, and its knowledge of whether it still may act. */
export interface Pulse {
  /** Throws when this attempt was silent for so long that another one may have taken over. */
  assertAlive(): void;
  stop(): void;
}

export interface PulseOptions {
  readonly timeoutMs?: number;
  /** Goes with every heartbeat, for an attempt that may follow. */
  readonly details?: () => unknown;
}

/**
 * Heartbeats from a timer. An attempt that stood still for longer than the heartbeat timeout, for example because its
 * process was stopped and continued, has been given away: from then on it must send nothing.
 */
export function startPulse({
  timeoutMs = HEARTBEAT_TIMEOUT_MS,
  details = () => undefined,
}: PulseOptions = {}): Pulse {
  const context = Context.current();
  let lastMs = performance.now();
  let longestMs = 0;
  const beat = () => {
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - lastMs);
    lastMs = nowMs;
    context.heartbeat(details());
  };
  beat();
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
    stop: () => {
      clearInterval(timer);
      // The last word for an attempt that may follow: the core sends it before it reports the failure of this one.
      context.heartbeat(details());
    },
  };
}
