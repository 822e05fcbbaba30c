import { MAX_RETRY_MS, RETRY_FIRST_MS } from '../../domain/limits.js';
import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';

/** Transient failures are retried without a limit: no attempt is the last one. */
export const retry = {
  initialInterval: RETRY_FIRST_MS,
  backoffCoefficient: 2,
  maximumInterval: MAX_RETRY_MS,
};

/** The run fails with the reason itself, not with "activity task failed". */
export function withItsCause(error: unknown): unknown {
  if (!(error instanceof ActivityFailure)) return error;
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure)) return error;
  return ApplicationFailure.nonRetryable(cause.message, cause.type);
}
