import type { PipelineInput } from '../domain/pipeline/settings.js';

/** What a verify or a redrive of a pipeline needs to know of it; what is left out has the worker's defaults. */
export type PipelineRoute = Pick<PipelineInput, 'topic' | 'groupId' | 'table' | 'contract'>;

/** The route alone, of an input or of settings. */
export function routeIn({ topic, groupId, table, contract }: PipelineRoute): PipelineRoute {
  return {
    ...(topic !== undefined && { topic }),
    ...(groupId !== undefined && { groupId }),
    ...(table !== undefined && { table }),
    ...(contract !== undefined && { contract }),
  };
}

/** Of a redrive, which reads nothing of a consumer group. */
export function routeWithoutGroup(route: PipelineRoute): Omit<PipelineRoute, 'groupId'> {
  return routeIn({ ...route, groupId: undefined });
}
