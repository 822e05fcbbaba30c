import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { MEMO_NAME, parsePipelineMemo } from '../../domain/pipeline/pipeline-memo.js';
import type { RunningPipeline, WorkflowLookUp } from '../../domain/ports.js';

const RUNS_LOOKED_AT = 3;

/** Several heartbeat timeouts, and what clocks may differ by. */
const JUST_MS = 30_000;

/** Far more than one Temporal namespace should hold. */
const PIPELINES_MOST = 1_000;

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
    runningPipelines: () => client.withDeadline(Date.now() + ANSWER_MS, () => listRunning(client)),
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

async function listRunning(client: Client): Promise<readonly RunningPipeline[]> {
  const found: RunningPipeline[] = [];
  const query = 'WorkflowType = "pipeline" AND ExecutionStatus = "Running"';
  for await (const { workflowId, memo } of client.workflow.list({ query })) {
    const known = parsePipelineMemo(memo?.[MEMO_NAME]);
    if (known === null) continue;
    if (found.length >= PIPELINES_MOST) {
      throw new Error(`more than ${PIPELINES_MOST} pipelines run in this namespace`);
    }
    const { topic, groupId, table, bounded } = known;
    found.push({ workflowId, topic, groupId, table, bounded });
  }
  return found;
}
