import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { WORKFLOW_TASK_TIMEOUT_MS } from '../../domain/limits.js';
import type { HeldClaim, StartClaim } from '../../domain/ports/workflows.js';

/** The name of the claim's memo. Frozen. */
const CLAIM_MEMO = 'millrace-start';

/** A workflow id is held by one open run in a namespace: whoever starts it has the claim. */
export async function tryClaim(
  client: Client,
  name: string,
  claim: StartClaim,
): Promise<HeldClaim | null> {
  try {
    await client.workflow.start('startClaim', {
      ...{ workflowId: name, taskQueue: claim.taskQueue, args: [claim] },
      workflowIdConflictPolicy: 'FAIL',
      workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
      memo: { [CLAIM_MEMO]: claim },
      staticSummary: 'keeps a second pipeline of this topic and table from starting meanwhile',
    });
    return null;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  const handle = client.workflow.getHandle(name);
  const { runId, memo } = await handle.describe();
  return {
    by: (memo?.[CLAIM_MEMO] as StartClaim | undefined) ?? null,
    async end() {
      try {
        await client.workflow.getHandle(name, runId).terminate('its pipeline has ended');
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    },
  };
}
