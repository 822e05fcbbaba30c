import { Context } from '@temporalio/activity';

/** One-off workflows have ids of their own: beyond so many the rest is one series, or a worker that lives long grows. */
const MAX_PIPELINES = 200;

/** What stands for a workflow in the label `pipeline`. */
export type PipelineLabel = (workflowId: string) => string;

export function createPipelineLabel(most = MAX_PIPELINES): PipelineLabel {
  const known = new Set<string>();
  return (workflowId) => {
    if (!known.has(workflowId) && known.size >= most) return 'other';
    known.add(workflowId);
    return workflowId;
  };
}

/** Of the workflow that asked for the running activity. */
export function currentPipeline(label: PipelineLabel): string {
  return label(Context.current().info.workflowExecution?.workflowId ?? 'none');
}
