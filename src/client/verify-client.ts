import type { Client, WorkflowHandle } from '@temporalio/client';
import { MESSAGE_NAMES, WORKFLOW_TYPES } from '../domain/pipeline/message-names.js';
import type { VerifyInput, VerifyReport } from '../domain/verify/public-types.js';
import { type StartOptions, startWorkflow } from './start-workflow.js';
import { createWorkflowMessages } from './workflow-messages.js';

/** A handle to a comparison of a topic with a table. Every method throws `ClientError` if it fails. */
export interface VerifyHandle {
  readonly workflowId: string;
  /** Temporal's own handle, for example to describe, cancel or terminate the workflow. */
  readonly workflow: WorkflowHandle;
  /** The report so far. */
  report(): Promise<VerifyReport>;
  /** Ends the comparison. Its result is the report so far. */
  stop(reason?: string): Promise<void>;
  /** Waits for the end of the comparison and returns the report. */
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

/** Returns a handle to the comparison with this workflow id. Sends no request to Temporal. */
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
