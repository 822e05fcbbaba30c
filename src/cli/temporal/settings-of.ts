import type { Client } from '@temporalio/client';
import { ClientError } from '../../client/client-error.js';
import { getPipeline } from '../../client/pipeline-client.js';
import type { PipelineInput } from '../../domain/pipeline/settings.js';
import { configuredPipeline } from '../configured-pipeline.js';
import type { Surroundings } from '../verb.js';

export type Route = Pick<PipelineInput, 'topic' | 'groupId' | 'table' | 'contract'>;

/** Topic, group, table and contract of a pipeline: as it runs or ran, otherwise as the config has it. */
export async function routeOf(
  client: Client,
  pipeline: string,
  surroundings: Pick<Surroundings, 'environment' | 'directory'>,
): Promise<Route> {
  const { topic, groupId, table, contract } =
    (await runningSettings(client, pipeline)) ?? (await configuredPipeline(pipeline, surroundings));
  return {
    ...(topic !== undefined && { topic }),
    ...(groupId !== undefined && { groupId }),
    ...(table !== undefined && { table }),
    ...(contract !== undefined && { contract }),
  };
}

async function runningSettings(client: Client, pipeline: string): Promise<PipelineInput | null> {
  try {
    const { settings } = await getPipeline(client, pipeline).status();
    return settings && { ...settings, until: undefined };
  } catch (error) {
    if (error instanceof ClientError && error.kind === 'not-found') return null;
    throw error;
  }
}
