import { nullIf } from '../../client/client-error.js';
import { getPipeline, type PipelineHandle } from '../../client/pipeline-client.js';
import { EXIT } from '../errors.js';
import type { Invocation } from '../verb.js';
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
    await send(pipeline);
    const status = await pipeline.status().catch(nullIf('no-answer'));
    const text =
      status === null
        ? `Temporal has recorded the ${signal} for ${workflowId}. No worker has answered yet: the ${signal} takes effect when one runs.`
        : `${workflowId}  ${status.state.toUpperCase()}  ${status.detail}`;
    result({ workflowId, signal, status }, text);
    return EXIT.ok;
  });
}
