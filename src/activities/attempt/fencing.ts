import { Context } from '@temporalio/activity';
import { HEARTBEAT_TIMEOUT_MS } from '../../domain/limits.js';
import type { WorkflowLookUp } from '../../domain/ports/workflows.js';
import { currentExecution } from './execution.js';
import { type Pulse, startPulse } from './heartbeat.js';

/** Stands before every send of an attempt: only the attempt that Temporal waits for may change the table. */
export interface SendGuard {
  /** Throws when another attempt may be at work, or when nobody can say that none is. */
  assertMaySend(): Promise<void>;
  stop(): void;
}

/**
 * An attempt can't have been given away before it is this old: a third of the heartbeat timeout is left for the clocks. A
 * longer timeout changes nothing here, because a run that follows a terminated one waits for as long as the default.
 */
const SURE_MS = (2 * HEARTBEAT_TIMEOUT_MS) / 3;

/**
 * Heartbeats, and asks Temporal before each send of an attempt that is no longer young. A worker that Temporal has lost
 * sight of would otherwise go on beside its successor, which may have cut the same records otherwise.
 */
export function startSendGuard(workflows: WorkflowLookUp, pulse: Pulse = startPulse()): SendGuard {
  const { activityId, currentAttemptScheduledTimestampMs, heartbeatTimeoutMs } =
    Context.current().info;
  const { workflowId, runId, attempt } = currentExecution();
  const startedMs = performance.now();
  const sureMs = Math.min(SURE_MS, (2 * (heartbeatTimeoutMs ?? HEARTBEAT_TIMEOUT_MS)) / 3);
  // A task may have lain in a stopped process before it came here; a clock that is behind must not hide that.
  const ageAtStartMs = Math.max(0, Date.now() - currentAttemptScheduledTimestampMs);
  return {
    async assertMaySend() {
      pulse.assertAlive();
      if (ageAtStartMs + performance.now() - startedMs < sureMs) return;
      if (!(await workflows.isCurrentAttempt({ workflowId, runId, activityId, attempt }))) {
        throw new Error(
          `Attempt ${attempt} of this batch has been superseded: it sends nothing more`,
        );
      }
      pulse.assertAlive();
    },
    stop: () => {
      pulse.stop();
    },
  };
}
