import { ApplicationFailure } from '@temporalio/activity';

/** Fails the run: trying again would not help, somebody has to decide. */
export function decision(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'NeedsDecision');
}
