import type { WorkflowExecutionDescription } from '@temporalio/client';
import { explained, nullIf } from '../../client/client-error.js';
import type { PipelineHandle } from '../../client/pipeline-client.js';
import { WORKFLOW_TYPES } from '../../domain/pipeline/message-names.js';
import { CommandError } from '../errors.js';
import { retriesOf } from './retries.js';
import type { Seen } from '../status/status-view.js';

/** Asks Temporal and the pipeline for its state. The rate is since the look `before`. Throws `ClientError` and `CommandError`. */
export async function look(pipeline: PipelineHandle, before: Seen | null): Promise<Seen> {
  const { workflowId, workflow } = pipeline;
  const described = await explained(workflowId, () => workflow.describe());
  if (described.type !== WORKFLOW_TYPES.pipeline) {
    throw new CommandError(
      `${workflowId} is a workflow of the type ${described.type}, not a pipeline. \`temporal workflow describe --workflow-id ${workflowId}\` shows its state.`,
    );
  }
  const run = described.status.name;
  const startedMs = await startOf(pipeline, described, before);
  const [now, recent] = await Promise.all([pipeline.status(), pipeline.batches()]);
  const atMs = Date.now();
  return {
    workflowId,
    workflow: run,
    startedMs,
    firstRunId: described.raw.workflowExecutionInfo?.firstRunId ?? '',
    why: run === 'FAILED' ? await failureOf(pipeline) : null,
    status: now,
    retries: retriesOf(described),
    batches: recent,
    rowsPerSecond: before && rate(now.totals.rows - before.status.totals.rows, atMs - before.atMs),
    atMs,
  };
}

/** The totals of another start begin at 0, so the first look at it has no rate. */
function rate(rows: number, ms: number): number | null {
  return rows < 0 || ms <= 0 ? null : Math.round((rows / ms) * 1_000);
}

/** When the first run began. A pipeline continues as new, and its totals go on. Null if Temporal no longer has that run. */
async function startOf(
  { workflowId, workflow }: PipelineHandle,
  { runId, startTime, raw }: WorkflowExecutionDescription,
  before: Seen | null,
): Promise<number | null> {
  const first = raw.workflowExecutionInfo?.firstRunId ?? '';
  if (first === '' || first === runId) return startTime.getTime();
  if (before !== null && before.firstRunId === first) return before.startedMs;
  const handle = workflow.client.getHandle(workflowId, first);
  const run = await explained(workflowId, () => handle.describe()).catch(nullIf('not-found'));
  return run?.startTime.getTime() ?? null;
}

async function failureOf(pipeline: PipelineHandle): Promise<string | null> {
  try {
    await pipeline.result();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
