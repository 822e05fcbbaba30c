import type { WorkflowLookUp } from '../../domain/ports/workflows.js';
import { type Flow, isSameFlow, type RunningPipeline } from '../../domain/pipeline/side-by-side.js';

export interface Beside {
  readonly workflowId: string;
  readonly flow: Flow;
}

export interface LookUpSources {
  readonly workflows: Pick<WorkflowLookUp, 'listedPipelines' | 'currentPipeline'>;
  readonly defaults: { readonly database: string };
}

/** Other endless pipelines of this topic and table. Visibility may be behind, so each is looked up by its id. */
export async function othersOf(
  run: Beside,
  sources: LookUpSources,
): Promise<readonly RunningPipeline[]> {
  const { open } = await listedBeside(run, sources);
  return open.filter(({ bounded }) => !bounded);
}

/**
 * The pipeline that keeps an endless one with this group from starting: both would insert every record. Pipelines of the same
 * group don't; the checks of each batch hold the second one.
 */
export async function secondOf(
  groupId: string,
  run: Beside,
  sources: LookUpSources,
): Promise<RunningPipeline | undefined> {
  return (await othersOf(run, sources)).find((other) => other.groupId !== groupId);
}

/** Whether another pipeline of this topic and table ended a moment ago: inserts that it has sent may still arrive. */
export async function hasEndedBeside(run: Beside, sources: LookUpSources): Promise<boolean> {
  return (await listedBeside(run, sources)).haveEnded;
}

async function listedBeside({ workflowId, flow }: Beside, { workflows, defaults }: LookUpSources) {
  const isBeside = (each: RunningPipeline) =>
    each.workflowId !== workflowId && isSameFlow(each, flow, defaults);
  const listed = (await workflows.listedPipelines()).filter(isBeside);
  const ids = [...new Set(listed.map((each) => each.workflowId))];
  const current = await Promise.all(ids.map((id) => workflows.currentPipeline(id)));
  return {
    haveEnded: current.some((each) => each === null),
    open: current.flatMap((each) =>
      each?.settings && isBeside(each.settings) ? [each.settings] : [],
    ),
  };
}
