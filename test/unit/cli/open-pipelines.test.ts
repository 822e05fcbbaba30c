// Promise: the list says why a start fails, which only Temporal knows, and asks Temporal that only about pipelines that start.
// Checked with a client that the test gives.
import type { Client } from '@temporalio/client';
import { expect, test } from 'vitest';
import { openPipelines } from '../../../src/cli/temporal/open-pipelines.js';
import { pipelineStatus, startingStatus } from '../../../src/domain/status/status.js';
import { aState } from '../../support/pipeline-builders.js';

const RUNNING = pipelineStatus(aState([1]), { pause: null, draining: null, inHand: [] });

test('the last failure of a pipeline that starts', async () => {
  const described: string[] = [];
  const failure = {
    ...{ activityType: { name: 'resolvePipeline' }, attempt: 4 },
    lastFailure: { message: 'there is no topic orders' },
  };
  const handle = (workflowId: string) => ({
    workflowId,
    query: (name: string) => {
      const status = workflowId === 'a' ? startingStatus('resolving') : RUNNING;
      return Promise.resolve(name === 'batches' ? [] : status);
    },
    describe() {
      described.push(workflowId);
      return Promise.resolve({ raw: { pendingActivities: [failure] } });
    },
  });
  const client = {
    options: { namespace: 'shop' },
    withDeadline: (_: number, work: () => unknown) => work(),
    workflowService: { describeTaskQueue: () => Promise.resolve({ pollers: [{}] }) },
    workflow: {
      getHandle: handle,
      async *list() {
        yield { workflowId: 'a', taskQueue: 'q' };
        yield { workflowId: 'b', taskQueue: 'q' };
      },
    },
  };
  const found = await openPipelines(client as unknown as Client);
  expect(found.map(({ lastFailure }) => lastFailure)).toEqual([
    'resolvePipeline, attempt 4: there is no topic orders',
    null,
  ]);
  expect(described).toEqual(['a']);
});
