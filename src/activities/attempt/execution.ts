import { Context } from '@temporalio/activity';

export interface Execution {
  readonly workflowId: string;
  readonly runId: string;
  readonly activityId: string;
  readonly attempt: number;
}

/** A name that no other attempt of any workflow has. */
export function attemptName({ runId, activityId, attempt }: Execution): string {
  return `${runId}/${activityId}/${attempt}`;
}

/** The workflow run, the activity and the attempt that this code runs in. */
export function currentExecution(): Execution {
  const { workflowExecution, activityId, attempt } = Context.current().info;
  if (workflowExecution === undefined) throw new Error('This activity runs only in a workflow');
  const { workflowId, runId } = workflowExecution;
  return { workflowId, runId, activityId, attempt };
}
