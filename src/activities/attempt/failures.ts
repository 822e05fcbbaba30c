import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { InsertFailed } from '../../domain/insert-failures/insert-error.js';
import { type Refusal, refusalOf } from '../../domain/insert-failures/refusal.js';
import { OPERATOR_RETRY_MS, SLOW_DOWN_RETRY_MS } from '../../domain/limits.js';

export type Activity = (input: never) => Promise<unknown>;

/**
 * The failure that Temporal shows for an attempt: the cause first, in words that a person can act on. None of these failures ends
 * a batch: all are retried, sooner or later.
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

/** Errors with their own class say everything in their message, and a stack trace would only bury it. */
function isExpected({ name }: Error): boolean {
  return !/^((Type|Range|Reference|Syntax|URI|Eval|Aggregate)?Error)$/.test(name);
}

/** The refusal that the failure carries; null if it is not about a refused insert. */
export function refusalIn(failure: ApplicationFailure): Refusal | null {
  const given = failure.type?.startsWith('ClickHouse ') ? failure.details?.[0] : undefined;
  return (given as Refusal | undefined) ?? null;
}

function retryDelayMs({ action }: Refusal): number | undefined {
  if (action === 'operator') return OPERATOR_RETRY_MS;
  return action === 'slow-down' ? SLOW_DOWN_RETRY_MS : undefined;
}

/** Converts errors before they reach a history, because errors of drivers quote more than a person needs, or should see. */
export function withReadableFailures<A extends { readonly [Name in keyof A]: Activity }>(
  activities: A,
): A {
  return aroundEach(activities, (activity) => async (input) => {
    try {
      return await activity(input);
    } catch (error) {
      const failure = toApplicationFailure(error);
      const { cancellationSignal: signal } = Context.current();
      // A failure that a cancellation caused counts as the cancellation.
      throw failure !== error && signal.aborted ? signal.reason : failure;
    }
  });
}

/** The same activities under the same names, each wrapped by `around`. */
export function aroundEach<A extends { readonly [Name in keyof A]: Activity }>(
  activities: A,
  around: (activity: Activity) => Activity,
): A {
  const entries = Object.entries<Activity>(activities);
  return Object.fromEntries(entries.map(([name, activity]) => [name, around(activity)])) as A;
}

/** Fails the run: a retry would not help, because a person has to decide. */
export function decision(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'NeedsDecision');
}
