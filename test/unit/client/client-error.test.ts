// Promise: every failure with Temporal reaches the caller as a ClientError that says what happened and what to do, with the
// reason that the workflow gave. Checked with the errors that Temporal's own client throws.
import {
  ApplicationFailure,
  NamespaceNotFoundError,
  ServiceError,
  TerminatedFailure,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { expect, test } from 'vitest';
import { ClientError, explained } from '../../../src/client/client-error.js';

async function caught(error: unknown): Promise<unknown> {
  return explained('orders', () => Promise.reject(error as Error)).catch((why: unknown) => why);
}

const refusal = ApplicationFailure.nonRetryable('partition 7 is not held', 'Refused');
const decision = ApplicationFailure.nonRetryable('give from', 'NeedsDecision');

test.each([
  [new WorkflowExecutionAlreadyStartedError('x', 'orders', 'pipeline'), 'running', 'stop it first'],
  [new WorkflowNotFoundError('x', 'orders', undefined), 'not-found', 'check the id'],
  [new NamespaceNotFoundError('prod'), 'not-found', 'no namespace prod: check TEMPORAL_NAMESPACE'],
  [new WorkflowUpdateRPCTimeoutOrCancelledError('late'), 'no-answer', 'did not answer (late)'],
  [new ServiceError('x', { cause: new Error('no poller') }), 'no-answer', '(no poller)'],
  [
    new WorkflowFailedError('x', new TerminatedFailure('by hand'), 'timeout' as never),
    'ended',
    'by hand',
  ],
] as const)('%s becomes a ClientError with its reason', async (error, kind, message) => {
  const found = await caught(error);
  expect(found).toBeInstanceOf(ClientError);
  expect(found).toMatchObject({ kind, workflowId: 'orders', failureType: null, cause: error });
  expect((found as Error).message).toContain(message);
});

test('the message is the reason of the workflow, with the type of its failure', async () => {
  expect(await caught(new WorkflowUpdateFailedError('x', refusal))).toMatchObject({
    ...{ kind: 'refused', message: 'partition 7 is not held', failureType: 'Refused' },
  });
  expect(await caught(new WorkflowFailedError('x', decision, 'timeout' as never))).toMatchObject({
    ...{ kind: 'failed', message: 'give from', failureType: 'NeedsDecision' },
  });
});

test('an error that is not from Temporal is thrown unchanged', async () => {
  const error = new TypeError('a mistake in the caller');
  expect(await caught(error)).toBe(error);
});
