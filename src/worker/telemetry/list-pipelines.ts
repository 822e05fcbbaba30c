import type { Client } from '@temporalio/client';
import {
  MEMO_NAME,
  parsePipelineMemo,
  type PipelineMemo,
} from '../../domain/pipeline/pipeline-memo.js';

/** A pipeline of this task queue that Temporal says is running. */
export interface RunningPipeline {
  readonly workflowId: string;
  /** Null until its settings are resolved. */
  readonly memo: PipelineMemo | null;
}

/** Far more than one worker should serve. Further ones are not watched. */
const MAX_PIPELINES = 200;
const ANSWER_MS = 10_000;

/** Lists all of them with one request to Temporal, and asks no workflow. */
export async function listPipelines(
  client: Client,
  taskQueue: string,
): Promise<readonly RunningPipeline[]> {
  const quoted = taskQueue.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  const query = `WorkflowType = "pipeline" AND ExecutionStatus = "Running" AND TaskQueue = "${quoted}"`;
  return client.withDeadline(Date.now() + ANSWER_MS, async () => {
    const found: RunningPipeline[] = [];
    for await (const { workflowId, memo } of client.workflow.list({ query })) {
      found.push({ workflowId, memo: parsePipelineMemo(memo?.[MEMO_NAME]) });
      if (found.length >= MAX_PIPELINES) break;
    }
    return found;
  });
}
