import { Context } from '@temporalio/activity';

export interface Execution {
  readonly workflowId: string;
  readonly runId: string;
  readonly attempt: number;
}

/** The workflow run that asked for the running activity. */
export function currentExecution(): Execution {
  const { workflowExecution, attempt } = Context.current().info;
  if (workflowExecution === undefined) throw new Error('This activity belongs to a workflow');
  return { ...workflowExecution, attempt };
}
