import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { WorkflowLookUp } from '../../domain/ports.js';

const RUNS_LOOKED_AT = 3;

/** Several heartbeat timeouts, and what clocks may differ by. */
const JUST_MS = 30_000;

/** Asks Temporal whether a workflow runs; one that it doesn't know doesn't. */
export function createWorkflowLookUp(client: Client): WorkflowLookUp {
  return {
    async isRunning(workflowId) {
      try {
        const { status } = await client.workflow.getHandle(workflowId).describe();
        return status.name === 'RUNNING' || status.name === 'PAUSED';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
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
  };
}
