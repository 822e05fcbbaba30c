import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { type Activity, aroundEach, refusalIn } from '../../activities/attempt/failures.js';
import type { Metrics } from './metrics.js';
import { currentPipeline, type PipelineLabel } from './pipeline-label-metrics.js';

/** Counts the failed attempts of all activities. A cancelled attempt does not count. */
export function measureFailures<A extends { readonly [Name in keyof A]: Activity }>(
  activities: A,
  { metrics, label }: { readonly metrics: Metrics; readonly label: PipelineLabel },
): A {
  return aroundEach(activities, (activity) => async (input) => {
    try {
      return await activity(input);
    } catch (error) {
      if (!(error instanceof CancelledFailure)) count(error, currentPipeline(label), metrics);
      throw error;
    }
  });
}

function count(error: unknown, pipeline: string, metrics: Metrics): void {
  const activity = Context.current().info.activityType;
  const failure = error instanceof ApplicationFailure ? error : null;
  const cause = failure?.type ?? (error instanceof Error ? error.name : 'unknown');
  metrics.count('millrace_failed_attempts_total', 1, { pipeline, activity, cause });
  const refusal = failure && refusalIn(failure);
  if (refusal) metrics.count('millrace_refused_inserts_total', 1, { pipeline, ...refusal });
}
