import { Context } from '@temporalio/activity';
import { toApplicationFailure } from './to-application-failure.js';

type Activity = (input: never) => Promise<unknown>;

/** Lets no error into a history as it came: what drivers throw quotes more than a person needs, or should see. */
export function withReadableFailures<A extends { readonly [Name in keyof A]: Activity }>(
  activities: A,
): A {
  const readable = (activity: Activity): Activity => {
    return async (input) => {
      try {
        return await activity(input);
      } catch (error) {
        const failure = toApplicationFailure(error);
        const { cancellationSignal: signal } = Context.current();
        // What fails because it was cancelled was cancelled.
        throw failure !== error && signal.aborted ? signal.reason : failure;
      }
    };
  };
  const entries = Object.entries<Activity>(activities);
  return Object.fromEntries(entries.map(([name, each]) => [name, readable(each)])) as A;
}
