import type { Client, WorkflowHandle } from '@temporalio/client';
import { MESSAGE_NAMES, WORKFLOW_TYPES } from '../domain/pipeline/message-names.js';
import type { RedriveInput, RedriveReport } from '../domain/redrive/public-types.js';
import { type StartOptions, startWorkflow } from './start-workflow.js';
import { createWorkflowMessages } from './workflow-messages.js';

/** A handle to a redrive, which tries dead letters again or drops them. Every method throws `ClientError` if it fails. */
export interface RedriveHandle {
  readonly workflowId: string;
  /** Temporal's own handle, for example to describe, cancel or terminate the workflow. */
  readonly workflow: WorkflowHandle;
  /** The report so far. In a dry run, it says what would be done. */
  status(): Promise<RedriveReport>;
  /** Finishes the dead letters that are being written, then completes. */
  stop(reason?: string): Promise<void>;
  /** Waits until all chosen dead letters were tried and returns the report. */
  result(): Promise<RedriveReport>;
}

/** Starts a redrive. It is a dry run unless the input says `dryRun: false`. Names left out come from the worker's environment. */
export async function startRedrive(
  client: Client,
  input: RedriveInput,
  options: StartOptions,
): Promise<RedriveHandle> {
  const type = WORKFLOW_TYPES.redrive;
  return redriveHandle(client, await startWorkflow(client, { ...options, type, input }));
}

/** Returns a handle to the redrive with this workflow id. Sends no request to Temporal. */
export function getRedrive(client: Client, workflowId: string): RedriveHandle {
  return redriveHandle(client, client.workflow.getHandle(workflowId));
}

function redriveHandle(client: Client, workflow: WorkflowHandle): RedriveHandle {
  const { query, signal, result } = createWorkflowMessages(client, workflow);
  return {
    workflowId: workflow.workflowId,
    workflow,
    status: () => query(MESSAGE_NAMES.status),
    stop: (reason) => signal(MESSAGE_NAMES.stop, { reason }),
    result: () => result(),
  };
}
