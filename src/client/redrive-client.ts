import type { Client, WorkflowHandle } from '@temporalio/client';
import { MESSAGE_NAMES, WORKFLOW_TYPES } from '../domain/pipeline/message-names.js';
import type { RedriveInput, RedriveReport } from '../domain/redrive/public-types.js';
import { type StartOptions, startWorkflow } from './start-workflow.js';
import { createWorkflowMessages } from './workflow-messages.js';

/** Dead letters that are tried again, or dropped. Every method throws `ClientError`. */
export interface RedriveHandle {
  readonly workflowId: string;
  /** Temporal's own handle: describe, cancel, terminate. */
  readonly workflow: WorkflowHandle;
  /** What was done so far; in a dry run, what would be. */
  status(): Promise<RedriveReport>;
  /** Finishes the dead letters that are being written, then completes. */
  stop(reason?: string): Promise<void>;
  /** What was done, once all chosen dead letters were tried. */
  result(): Promise<RedriveReport>;
}

/** Starts a redrive: a dry run unless the input says `dryRun: false`. Names that are left out come from the worker's environment. */
export async function startRedrive(
  client: Client,
  input: RedriveInput,
  options: StartOptions,
): Promise<RedriveHandle> {
  const type = WORKFLOW_TYPES.redrive;
  return redriveHandle(client, await startWorkflow(client, { ...options, type, input }));
}

/** The redrive that was started under this id. Asks nothing of Temporal. */
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
