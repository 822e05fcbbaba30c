import type { Client, WorkflowHandle } from '@temporalio/client';
import { WORKFLOW_TASK_TIMEOUT_MS } from '../domain/limits.js';
import { DEFAULT_TASK_QUEUE } from '../domain/pipeline/task-queues.js';
import { explained } from './client-error.js';

/** Under which name a workflow runs, and where. */
export interface StartOptions {
  /** Names the workflow from now on. One workflow runs under an id at a time. */
  readonly workflowId: string;
  /** The task queue of the workers (`MILLRACE_TASK_QUEUE`): `millrace` unless given. */
  readonly taskQueue?: string | undefined;
}

export interface WorkflowStart extends StartOptions {
  readonly type: string;
  readonly input: unknown;
}

/** Starts a workflow as the documentation's `temporal workflow start` does. */
export function startWorkflow(
  client: Client,
  { type, input, workflowId, taskQueue = DEFAULT_TASK_QUEUE }: WorkflowStart,
): Promise<WorkflowHandle> {
  return explained(workflowId, () =>
    client.workflow.start(type, {
      ...{ workflowId, taskQueue, args: [input] },
      workflowIdConflictPolicy: 'FAIL',
      workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
    }),
  );
}
