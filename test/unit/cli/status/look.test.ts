// Promise: totals count from the start of a pipeline over all its runs, so the look says when the first run began, whichever run is
// looked at, and asks Temporal for that once.
import type { Client } from '@temporalio/client';
import { expect, test } from 'vitest';
import { ClientError } from '../../../../src/client/client-error.js';
import { getPipeline } from '../../../../src/client/pipeline-client.js';
import { look } from '../../../../src/cli/temporal/look.js';
import { startingStatus } from '../../../../src/domain/status/status.js';

/** The first run began at 1,000 ms, and the current one at 9,000 ms. */
function clientOf(runId: string, { isFirstGone = false } = {}) {
  const asked: string[] = [];
  const handle = (given: string | undefined) => ({
    workflowId: 'orders',
    client: { getHandle: (_: string, run: string) => handle(run) },
    describe() {
      asked.push(given ?? 'current');
      if (given !== undefined && isFirstGone) {
        const gone = new ClientError('not-found', 'no such run', { workflowId: 'orders' });
        return Promise.reject(gone);
      }
      return Promise.resolve({
        ...{ type: 'pipeline', runId: given ?? runId, status: { name: 'RUNNING' } },
        startTime: new Date((given ?? runId) === 'first' ? 1_000 : 9_000),
        raw: { workflowExecutionInfo: { firstRunId: 'first' }, pendingActivities: [] },
      });
    },
    query: (name: string) => Promise.resolve(name === 'batches' ? [] : startingStatus('looking')),
  });
  const client = {
    workflow: { getHandle: () => handle(undefined) },
    withDeadline: (_: number, work: () => unknown) => work(),
  };
  return { pipeline: getPipeline(client as unknown as Client, 'orders'), asked };
}

test('the start is that of the first run, which is asked for once', async () => {
  const { pipeline, asked } = clientOf('later');
  const seen = await look(pipeline, null);
  expect(seen.startedMs).toBe(1_000);
  expect((await look(pipeline, seen)).startedMs).toBe(1_000);
  expect(asked).toEqual(['current', 'first', 'current']);
});

test('a first run is its own start, and nobody knows that of one that Temporal removed', async () => {
  expect((await look(clientOf('first').pipeline, null)).startedMs).toBe(1_000);
  const { pipeline } = clientOf('later', { isFirstGone: true });
  expect((await look(pipeline, null)).startedMs).toBeNull();
});
