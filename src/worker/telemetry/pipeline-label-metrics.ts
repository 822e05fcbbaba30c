import { Context } from '@temporalio/activity';

/** Each one-off workflow has its own id. Beyond this number they share one series, so that a long-lived worker does not grow. */
const MAX_PIPELINES = 200;

/** Maps a workflow id to the value of the label `pipeline`. */
export type PipelineLabel = (workflowId: string) => string;

export function createPipelineLabel(most = MAX_PIPELINES): PipelineLabel {
  const known = new Set<string>();
  return (workflowId) => {
    if (!known.has(workflowId) && known.size >= most) return 'other';
    known.add(workflowId);
    return workflowId;
  };
}

/** The label of the workflow that the running activity belongs to. */
export function currentPipeline(label: PipelineLabel): string {
  return label(Context.current().info.workflowExecution?.workflowId ?? 'none');
}
