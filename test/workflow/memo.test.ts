// Promise: a pipeline's memo follows its state, with one event per change. Checked without a server, against the history that
// the workflow makes.
import { expect, test } from 'vitest';
import { allDone, aResolution } from '../support/pipeline-builders.js';
import { startOffline } from '../support/offline-workflow.js';

test('the memo follows running, paused and draining, and ignores batches', async () => {
  const workflow = await startOffline('pipeline', [{}]);
  expect(workflow.memo).toEqual({});
  await workflow.answer('resolvePipeline', () => aResolution([5_000]));
  expect(workflow.memo).toMatchObject({ millrace: { state: 'running', topic: 'stream-events' } });
  const { memoChanges } = workflow;
  await workflow.answer('ingestBatch', allDone);
  await workflow.answer('ingestBatch', allDone);
  expect(workflow.memoChanges).toBe(memoChanges);
  await workflow.signal('pause', { reason: 'maintenance' });
  expect(workflow.memo).toMatchObject({ millrace: { state: 'paused' } });
  await workflow.signal('resume');
  expect(workflow.memo).toMatchObject({ millrace: { state: 'running' } });
  await workflow.signal('stop');
  expect(workflow.memo).toMatchObject({ millrace: { state: 'draining' } });
  expect(workflow.memoChanges).toBe(memoChanges + 3);
});
