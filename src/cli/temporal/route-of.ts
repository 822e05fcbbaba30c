import type { Client } from '@temporalio/client';
import { nullIf } from '../../client/client-error.js';
import { getPipeline } from '../../client/pipeline-client.js';
import { type PipelineRoute, routeIn } from '../../client/pipeline-route.js';
import { configuredPipeline, type Place } from '../project/configured-pipeline.js';

/** Topic, group, table and contract of a pipeline: those of its workflow, if Temporal knows it, otherwise those of the config. */
export async function routeOf(
  client: Client,
  pipeline: string,
  place: Place,
): Promise<PipelineRoute> {
  const status = await getPipeline(client, pipeline).status().catch(nullIf('not-found'));
  return routeIn(status?.settings ?? (await configuredPipeline(pipeline, place)));
}
