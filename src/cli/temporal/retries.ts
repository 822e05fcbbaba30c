import type { WorkflowExecutionDescription } from '@temporalio/client';

/** An activity whose last attempt failed, so that Temporal tries it again. */
export interface Retry {
  /** The type of the activity, for example `ingestBatch`. */
  readonly activity: string;
  /** The attempt that runs or comes next, from 2 on. */
  readonly attempt: number;
  /** The message of the last failure. */
  readonly why: string;
}

/** The activities of a workflow that are being retried. */
export function retriesOf({
  raw: { pendingActivities },
}: Pick<WorkflowExecutionDescription, 'raw'>): readonly Retry[] {
  return (pendingActivities ?? []).flatMap(({ activityType, attempt, lastFailure }) => {
    const why = lastFailure?.message ?? '';
    return why === '' ? [] : [{ activity: activityType?.name ?? '', attempt: attempt ?? 0, why }];
  });
}

export function retryText({ activity, attempt, why }: Retry): string {
  return `${activity}, attempt ${attempt}: ${why}`;
}
