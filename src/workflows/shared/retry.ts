import { MAX_RETRY_MS, RETRY_FIRST_MS } from '../../domain/limits.js';
import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';

/** Activities retry transient failures without a limit on attempts. */
export const retry = {
  initialInterval: RETRY_FIRST_MS,
  backoffCoefficient: 2,
  maximumInterval: MAX_RETRY_MS,
};

/** Unwraps an activity failure, so that the run fails with its cause and not with "activity task failed". */
export function withItsCause(error: unknown): unknown {
  if (!(error instanceof ActivityFailure)) return error;
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure)) return error;
  return ApplicationFailure.nonRetryable(cause.message, cause.type);
}
