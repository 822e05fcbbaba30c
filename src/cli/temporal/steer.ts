import { ClientError, explained, nullIf } from '../../client/client-error.js';
import { getPipeline, type PipelineHandle } from '../../client/pipeline-client.js';
import { CommandError, EXIT } from '../errors.js';
import type { Invocation } from '../verb.js';
import { quoted } from '../text/shell.js';
import { withClient } from './with-client.js';

export interface Steering {
  readonly workflowId: string;
  /** The signal, for `--json`. */
  readonly signal: 'pause' | 'resume' | 'stop';
  readonly send: (pipeline: PipelineHandle) => Promise<void>;
}

/** Sends a signal and reports the state of the pipeline afterwards. If no worker runs, Temporal keeps the signal. */
export async function steer(
  { environment, result }: Pick<Invocation, 'environment' | 'result'>,
  { workflowId, signal, send }: Steering,
): Promise<number> {
  return withClient(environment, async (client) => {
    const pipeline = getPipeline(client, workflowId);
    await send(pipeline).catch(async (error: unknown) => {
      throw await endOf(pipeline, signal, error);
    });
    const status = await pipeline.status().catch(nullIf('no-answer'));
    const text =
      status === null
        ? `Temporal has recorded the ${signal} for ${workflowId}. No worker has answered yet: the ${signal} takes effect when one runs.`
        : `${workflowId}  ${status.state.toUpperCase()}  ${status.detail}`;
    result({ workflowId, signal, status }, text);
    return EXIT.ok;
  });
}

/** Temporal says the same of a workflow that never existed and of one that has ended. Only a look at it tells them apart. */
export async function endOf(
  { workflowId, workflow }: Pick<PipelineHandle, 'workflowId' | 'workflow'>,
  signal: Steering['signal'],
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof ClientError) || error.kind !== 'not-found') return error;
  const described = await explained(workflowId, () => workflow.describe()).catch(() => null);
  if (described === null) return error;
  return new CommandError(
    `${workflowId} has ended (${described.status.name}), so the ${signal} has no effect. \`millrace start ${quoted(workflowId)}\` starts it again.`,
    { cause: error },
  );
}
