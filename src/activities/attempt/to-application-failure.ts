import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { InsertFailed } from '../../domain/insert-failures/insert-error.js';
import { type Refusal, refusalOf } from '../../domain/insert-failures/refusal.js';
import { OPERATOR_RETRY_MS, SLOW_DOWN_RETRY_MS } from '../../domain/limits.js';

/**
 * What Temporal shows of a failed attempt: the cause first, in words a person can act on. Nothing here ends a batch:
 * every failure is tried again, sooner or later.
 */
export function toApplicationFailure(error: unknown): unknown {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (!(error instanceof Error)) return error;
  const failure = error instanceof InsertFailed ? refused(error) : failed(error);
  failure.stack = isExpected(error) ? '' : (error.stack ?? '');
  return failure;
}

function failed({ message, name: type }: Error): ApplicationFailure {
  return ApplicationFailure.create({ message, type, nonRetryable: false });
}

function refused(error: InsertFailed): ApplicationFailure {
  const refusal = refusalOf(error);
  const nextRetryDelay = retryDelayMs(refusal);
  return ApplicationFailure.create({
    message: error.message,
    type: `ClickHouse ${refusal.code}`,
    details: [refusal],
    nonRetryable: false,
    ...(nextRetryDelay !== undefined && { nextRetryDelay }),
  });
}

/** Errors with a class of their own say all in their message: a stack would only hide it. */
function isExpected({ name }: Error): boolean {
  return !/^((Type|Range|Reference|Syntax|URI|Eval|Aggregate)?Error)$/.test(name);
}

/** What the failure says of a refused insert; null where it is about something else. */
export function refusalIn(failure: ApplicationFailure): Refusal | null {
  const given = failure.type?.startsWith('ClickHouse ') ? failure.details?.[0] : undefined;
  return (given as Refusal | undefined) ?? null;
}

function retryDelayMs({ action }: Refusal): number | undefined {
  if (action === 'operator') return OPERATOR_RETRY_MS;
  return action === 'slow-down' ? SLOW_DOWN_RETRY_MS : undefined;
}
