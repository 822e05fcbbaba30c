import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { WorkflowLookUp } from '../../domain/ports.js';

const RUNS_LOOKED_AT = 3;

/** Several heartbeat timeouts, and what clocks may differ by. */
const JUST_MS = 30_000;

/** Whoever asks is about to write: a Temporal that doesn't answer soon counts as out of reach. */
const ANSWER_MS = 5_000;

/** Asks Temporal whether a workflow runs; one that it doesn't know doesn't. */
export function createWorkflowLookUp(client: Client): WorkflowLookUp {
  const describe = async (workflowId: string, runId?: string) => {
    try {
      return await client.withDeadline(Date.now() + ANSWER_MS, () =>
        client.workflow.getHandle(workflowId, runId).describe(),
      );
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  };
  return {
    async isRunning(workflowId) {
      const status = (await describe(workflowId))?.status.name;
      return status === 'RUNNING' || status === 'PAUSED';
    },
    async hasJustEnded(workflowId, { exceptRunId }) {
      const query = `WorkflowId = "${workflowId.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
      for await (const { runId, closeTime } of client.workflow.list({
        query,
        pageSize: RUNS_LOOKED_AT,
      })) {
        if (runId === exceptRunId) continue;
        // Newest first. A run that visibility still shows as open was ended, or this one could not have started.
        return closeTime === undefined || Date.now() - closeTime.getTime() < JUST_MS;
      }
      return false;
    },
    async isCurrentAttempt({ workflowId, runId, activityId, attempt }) {
      const pending = (await describe(workflowId, runId))?.raw.pendingActivities ?? [];
      return pending.some((each) => each.activityId === activityId && each.attempt === attempt);
    },
  };
}
