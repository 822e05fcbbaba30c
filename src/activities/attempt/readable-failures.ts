import { Context } from '@temporalio/activity';
import { type Activity, aroundEach } from './around-each.js';
import { toApplicationFailure } from './to-application-failure.js';

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
