// Promise: an activity fails with its cause first: its type and message, no stack for errors of the product, and never what a
// driver attached. Decisions and cancellations stay what they are.
import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { withReadableFailures } from '../../../../src/activities/attempt/failures.js';
import { InsertFailed } from '../../../../src/domain/insert-failures/insert-error.js';
import { TopicMissing } from '../../../../src/domain/errors.js';
import { anInsertError } from '../../../support/insert-errors.js';

const DENIED = anInsertError({ code: 497, message: 'ClickHouse error 497 ACCESS_DENIED' });

async function failureOf(error: Error, isCancelled = false): Promise<unknown> {
  const logger = new DefaultLogger('ERROR');
  const environment = new MockActivityEnvironment({}, { logger });
  const { doIt } = withReadableFailures({
    doIt: () => {
      if (isCancelled) environment.cancel('CANCELLED');
      return Promise.reject(error);
    },
  });
  const work = () => doIt();
  return environment.run<[], unknown, () => Promise<unknown>>(work).catch((it: unknown) => it);
}

test('an error of the product is its message, without a stack and without its cause', async () => {
  const error = new TopicMissing('stream-events');
  error.cause = new Error('MARKED');
  const failure = (await failureOf(error)) as ApplicationFailure;
  expect(failure).toBeInstanceOf(ApplicationFailure);
  expect(failure).toMatchObject({ message: error.message, type: 'TopicMissing', stack: '' });
  expect(failure).toMatchObject({ nonRetryable: false, cause: undefined });
});

test('a refusal of ClickHouse names its code and what follows from it', async () => {
  expect(await failureOf(new InsertFailed(DENIED))).toMatchObject({
    type: 'ClickHouse 497',
    details: [{ code: '497', action: 'operator' }],
    stack: '',
  });
});

test('a bug keeps its own stack', async () => {
  const bug = new TypeError('x is not a function');
  expect(await failureOf(bug)).toMatchObject({ type: 'TypeError', stack: bug.stack });
});

test('a failure that needs a decision stays one', async () => {
  const decision = ApplicationFailure.nonRetryable('give `from`', 'NeedsDecision');
  expect(await failureOf(decision)).toBe(decision);
});

test('a failure because of cancellation counts as cancelled', async () => {
  expect(await failureOf(new Error('aborted'), true)).toBeInstanceOf(CancelledFailure);
});
