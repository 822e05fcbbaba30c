import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { InsertFailed } from '../domain/batch/insert-error.js';
import { onInsertError } from '../domain/batch/on-insert-error.js';
import { OPERATOR_RETRY_MS, SLOW_DOWN_RETRY_MS } from '../domain/limits.js';

/**
 * What Temporal shows of a failed attempt: the cause first, in words a person can act on. Nothing here ends a batch:
 * every failure is tried again, sooner or later.
 */
export function toApplicationFailure(error: unknown): unknown {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (!(error instanceof Error)) return error;
  const nextRetryDelay = retryDelayMs(error);
  return ApplicationFailure.create({
    message: error.message,
    type: typeOf(error),
    nonRetryable: false,
    ...(nextRetryDelay !== undefined && { nextRetryDelay }),
  });
}

function retryDelayMs(error: Error): number | undefined {
  if (!(error instanceof InsertFailed)) return undefined;
  const action = onInsertError(error.error, error.after);
  if (action === 'operator') return OPERATOR_RETRY_MS;
  return action === 'slow-down' ? SLOW_DOWN_RETRY_MS : undefined;
}

function typeOf(error: Error): string {
  if (!(error instanceof InsertFailed)) return error.name;
  const { kind, code } = error.error;
  return code === null ? `ClickHouse ${kind}` : `ClickHouse ${code}`;
}
