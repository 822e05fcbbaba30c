import type { PipelineInput } from '../domain/pipeline/settings.js';

/** The settings of a pipeline that its verify or redrive needs. Omitted ones have the worker's defaults. */
export type PipelineRoute = Pick<PipelineInput, 'topic' | 'groupId' | 'table' | 'contract'>;

/** Picks the route from an input or from settings. */
export function routeIn({ topic, groupId, table, contract }: PipelineRoute): PipelineRoute {
  return {
    ...(topic !== undefined && { topic }),
    ...(groupId !== undefined && { groupId }),
    ...(table !== undefined && { table }),
    ...(contract !== undefined && { contract }),
  };
}

/** The route of a redrive, which uses no consumer group. */
export function routeWithoutGroup(route: PipelineRoute): Omit<PipelineRoute, 'groupId'> {
  return routeIn({ ...route, groupId: undefined });
}
