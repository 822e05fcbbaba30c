import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { InsertFailed } from '../../domain/insert-failures/insert-error.js';
import { type Refusal, refusalOf } from '../../domain/insert-failures/refusal.js';
import { OPERATOR_RETRY_MS, SLOW_DOWN_RETRY_MS } from '../../domain/limits.js';

export type Activity = (input: never) => Promise<unknown>;

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

/** Lets no error into a history as it came: what drivers throw quotes more than a person needs, or should see. */
export function withReadableFailures<A extends { readonly [Name in keyof A]: Activity }>(
  activities: A,
): A {
  return aroundEach(activities, (activity) => async (input) => {
    try {
      return await activity(input);
    } catch (error) {
      const failure = toApplicationFailure(error);
      const { cancellationSignal: signal } = Context.current();
      // What fails because it was cancelled was cancelled.
      throw failure !== error && signal.aborted ? signal.reason : failure;
    }
  });
}

/** The same activities under the same names, with something done around each. */
export function aroundEach<A extends { readonly [Name in keyof A]: Activity }>(
  activities: A,
  around: (activity: Activity) => Activity,
): A {
  const entries = Object.entries<Activity>(activities);
  return Object.fromEntries(entries.map(([name, activity]) => [name, around(activity)])) as A;
}

/** Fails the run: trying again would not help, somebody has to decide. */
export function decision(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'NeedsDecision');
}
