import type { Client, WorkflowHandle } from '@temporalio/client';
import { MESSAGE_NAMES, WORKFLOW_TYPES } from '../domain/pipeline/message-names.js';
import type { VerifyInput, VerifyReport } from '../domain/verify/public-types.js';
import { type StartOptions, startWorkflow } from './start-workflow.js';
import { createWorkflowMessages } from './workflow-messages.js';

/** A comparison of a topic with a table. Every method throws `ClientError`. */
export interface VerifyHandle {
  readonly workflowId: string;
  /** Temporal's own handle: describe, cancel, terminate. */
  readonly workflow: WorkflowHandle;
  /** The report so far. */
  report(): Promise<VerifyReport>;
  /** Completes with what was compared so far. */
  stop(reason?: string): Promise<void>;
  /** The whole report, once everything is compared. */
  result(): Promise<VerifyReport>;
}

/** Starts a comparison. Names that the input leaves out come from the worker's environment. */
export async function startVerify(
  client: Client,
  input: VerifyInput,
  options: StartOptions,
): Promise<VerifyHandle> {
  const type = WORKFLOW_TYPES.verify;
  return verifyHandle(client, await startWorkflow(client, { ...options, type, input }));
}

/** The comparison that was started under this id. Asks nothing of Temporal. */
export function getVerify(client: Client, workflowId: string): VerifyHandle {
  return verifyHandle(client, client.workflow.getHandle(workflowId));
}

function verifyHandle(client: Client, workflow: WorkflowHandle): VerifyHandle {
  const { query, signal, result } = createWorkflowMessages(client, workflow);
  return {
    workflowId: workflow.workflowId,
    workflow,
    report: () => query(MESSAGE_NAMES.report),
    stop: (reason) => signal(MESSAGE_NAMES.stop, { reason }),
    result: () => result(),
  };
}
