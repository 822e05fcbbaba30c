import { Context } from '@temporalio/activity';
import { HEARTBEAT_TIMEOUT_MS } from '../../domain/limits.js';
import type { WorkflowLookUp } from '../../domain/ports/workflows.js';
import { currentExecution } from './execution.js';
import { type Pulse, startPulse } from './heartbeat.js';

/** Checked before every send of an attempt: only the attempt that Temporal waits for may change the table. */
export interface SendGuard {
  /** Throws when another attempt may be at work, or when Temporal can't be asked. */
  assertMaySend(): Promise<void>;
  stop(): void;
}

/**
 * Temporal can't have given an attempt to another worker before the attempt is this old. A third of the heartbeat timeout is left
 * for clock differences. A longer heartbeat timeout does not raise this limit, because a run that follows a terminated one only
 * waits for the default timeout.
 */
const SURE_MS = (2 * HEARTBEAT_TIMEOUT_MS) / 3;

/**
 * Sends heartbeats and, once the attempt is old enough to have been given away, asks Temporal before each send. Otherwise a
 * worker that Temporal has given up on would keep sending beside its successor, which may have split the same records differently.
 */
export function startSendGuard(workflows: WorkflowLookUp, pulse: Pulse = startPulse()): SendGuard {
  const { activityId, currentAttemptScheduledTimestampMs, heartbeatTimeoutMs } =
    Context.current().info;
  const { workflowId, runId, attempt } = currentExecution();
  const startedMs = performance.now();
  const sureMs = Math.min(SURE_MS, (2 * (heartbeatTimeoutMs ?? HEARTBEAT_TIMEOUT_MS)) / 3);
  // The task may have waited in a suspended process before it started here. A clock that is behind must not make this negative.
  const ageAtStartMs = Math.max(0, Date.now() - currentAttemptScheduledTimestampMs);
  return {
    async assertMaySend() {
      pulse.assertAlive();
      if (ageAtStartMs + performance.now() - startedMs < sureMs) return;
      if (!(await workflows.isCurrentAttempt({ workflowId, runId, activityId, attempt }))) {
        throw new Error(
          `Attempt ${attempt} of this batch has been superseded and sends nothing more`,
        );
      }
      pulse.assertAlive();
    },
    stop: () => {
      pulse.stop();
    },
  };
}
