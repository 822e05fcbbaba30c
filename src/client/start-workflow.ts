import type { Client, WorkflowHandle } from '@temporalio/client';
import { WORKFLOW_TASK_TIMEOUT_MS } from '../domain/limits.js';
import { DEFAULT_TASK_QUEUE } from '../domain/pipeline/task-queues.js';
import { explained } from './client-error.js';

/** The id of a workflow and the task queue that it runs on. */
export interface StartOptions {
  /** Identifies the workflow. At most one workflow runs under an id at a time. */
  readonly workflowId: string;
  /** The task queue of the workers (`MILLRACE_TASK_QUEUE`). The default is `millrace`. */
  readonly taskQueue?: string | undefined;
}

export interface WorkflowStart extends StartOptions {
  readonly type: string;
  readonly input: unknown;
}

/** Starts a workflow with the options of the documentation's `temporal workflow start`. */
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
