// Promise: a signal to a pipeline that has ended says how it ended, instead of that it may not exist.
import { expect, test } from 'vitest';
import { ClientError } from '../../../../src/client/client-error.js';
import type { PipelineHandle } from '../../../../src/client/pipeline-client.js';
import { endOf } from '../../../../src/cli/temporal/steer.js';

const handle = (describe: () => Promise<unknown>) =>
  ({ workflowId: 'orders', workflow: { describe } }) as unknown as PipelineHandle;
const GONE = new ClientError('not-found', 'no running workflow', { workflowId: 'orders' });

test('an ended pipeline is named with the state of its workflow', async () => {
  const ended = handle(() => Promise.resolve({ status: { name: 'COMPLETED' } }));
  expect(String(await endOf(ended, 'pause', GONE))).toContain('orders has ended (COMPLETED)');
});

test('of a workflow that nobody knows, and of other errors, the message stays', async () => {
  const unknown = handle(() => Promise.reject(GONE));
  expect(await endOf(unknown, 'pause', GONE)).toBe(GONE);
  const other = new Error('away');
  expect(await endOf(unknown, 'pause', other)).toBe(other);
});
