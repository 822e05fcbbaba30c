import { createWorkflowLookUp } from '../../adapters/temporal/workflows.js';
import {
  type LookUpSources,
  secondOf,
} from '../../activities/resolve-pipeline/pipelines-beside.js';
import { tellSecond } from '../../domain/pipeline/side-by-side.js';
import { pipelinesOf, type Project } from '../project/open-project.js';
import { taskQueueOf, withClient } from '../temporal/with-client.js';
import type { Surroundings } from '../verb.js';
import type { CheckedPipeline } from './check-pipeline.js';
import { error, type Problem, warning } from './problem.js';

interface Running {
  /** With the problems that were found. */
  readonly pipelines: readonly CheckedPipeline[];
  readonly problems: readonly Problem[];
}

/** Asks Temporal, as a start does, whether running pipelines already move the same records into the same tables. */
export async function checkRunning(
  environment: Surroundings['environment'],
  project: Project,
  pipelines: readonly CheckedPipeline[],
): Promise<Running> {
  const about = { project, taskQueue: taskQueueOf(environment, undefined) };
  try {
    return await withClient(environment, async (client) => {
      const lookUp = createWorkflowLookUp(client);
      let listed: ReturnType<typeof lookUp.listedPipelines> | null = null;
      const workflows = {
        // Once for all pipelines.
        listedPipelines: () => (listed ??= lookUp.listedPipelines()),
        currentPipeline: (id: string) => lookUp.currentPipeline(id),
      };
      const found = await Promise.all(
        pipelines.map((pipeline) => withRunning(pipeline, { ...about, workflows })),
      );
      return { pipelines: found, problems: [] };
    });
  } catch (failure) {
    const why = failure instanceof Error ? failure.message : String(failure);
    const text = `it is unknown whether running pipelines already fill these tables (${why})`;
    return { pipelines, problems: [warning('Temporal', text)] };
  }
}

/** The pipeline with an error if its start would be refused. */
export async function withRunning(
  pipeline: CheckedPipeline,
  {
    project,
    taskQueue,
    workflows,
  }: { readonly project: Project; readonly taskQueue: string } & Pick<LookUpSources, 'workflows'>,
): Promise<CheckedPipeline> {
  const { name, flow } = pipeline;
  const declared = pipelinesOf(project).find((each) => each.name === name);
  // A run with an end only reads what the other pipeline has committed.
  if (flow === null || declared?.settings.until !== null) return pipeline;
  const { settings } = declared;
  const { defaults } = project.config;
  const run = { workflowId: name, flow: { ...flow, taskQueue } };
  const second = await secondOf(settings.groupId, run, { workflows, defaults });
  // A start waits for a pipeline that is draining.
  if (second === undefined || second.state === 'draining') return pipeline;
  const problem = error(`pipeline ${name}`, tellSecond(second, settings));
  return { ...pipeline, problems: [...pipeline.problems, problem] };
}
