import { explained } from '../../client/client-error.js';
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
  const [now, recent] = await Promise.all([pipeline.status(), pipeline.batches()]);
  const atMs = Date.now();
  return {
    workflowId,
    workflow: run,
    why: run === 'FAILED' ? await failureOf(pipeline) : null,
    status: now,
    retries: retriesOf(described),
    batches: recent,
    rowsPerSecond: before && rate(now.totals.rows - before.status.totals.rows, atMs - before.atMs),
    atMs,
  };
}

/** The totals of each run begin at 0, so the first look at the next run has no rate. */
function rate(rows: number, ms: number): number | null {
  return rows < 0 || ms <= 0 ? null : Math.round((rows / ms) * 1_000);
}

async function failureOf(pipeline: PipelineHandle): Promise<string | null> {
  try {
    await pipeline.result();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
