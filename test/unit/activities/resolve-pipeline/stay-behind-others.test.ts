// Promise: a bounded run that fills gaps never takes offsets that an endless one beside it may be about to send, and says whose
// they are. Checked over in-memory ports.
import { expect, test } from 'vitest';
import { stayBehindOthers } from '../../../../src/activities/resolve-pipeline/other-pipelines.js';
import type { EndPosition } from '../../../../src/domain/pipeline/settings.js';
import type { RunningPipeline } from '../../../../src/domain/pipeline/side-by-side.js';
import { fakeWorkflows, show } from '../../../support/fake-workflows.js';
import { aSettings } from '../../../support/pipeline-builders.js';

const LIVE: RunningPipeline = {
  workflowId: 'live',
  taskQueue: 'millrace',
  state: 'running',
  topic: 'stream-events',
  groupId: 'group',
  table: 'stream_events',
  bounded: false,
};

/** Ends 100 and 100 were requested. The live pipeline's group has committed 40, only in partition 0. */
function limited(
  other: Partial<RunningPipeline>,
  run: {
    readonly until?: EndPosition;
    readonly existing?: 'skip' | 'insert';
    readonly ends?: readonly (number | null)[];
    readonly logEnd?: number;
  } = {},
) {
  const { until = 'now', existing = 'skip', ends = [100, 100], logEnd = 100 } = run;
  const workflows = fakeWorkflows();
  show(workflows, { ...LIVE, ...other });
  const log = { logStart: 5, end: logEnd, highWatermark: logEnd };
  return stayBehindOthers(
    ends,
    {
      workflowId: 'backfill',
      settings: aSettings({ until, existing }),
      topic: { topicId: 'topic-1', partitions: [0, 1].map((partition) => ({ partition, ...log })) },
      flow: {
        ...{ taskQueue: 'millrace', topic: 'stream-events', topicId: 'topic-1' },
        ...{ table: { database: 'default', table: 'stream_events' }, tableId: 'table-1' },
      },
    },
    {
      groups: {
        committed: async (groupId) =>
          groupId === 'group' ? [{ partition: 0, offset: 40, metadata: '' }] : [],
        committedSoon: async () => ({ kind: 'known', offsets: [] }),
        commit: async () => ({ kind: 'committed' }),
      },
      workflows,
      defaults: { database: 'default' },
    },
  );
}

test('"now" ends where the live pipeline has committed, or at the start of the log', async () => {
  expect(await limited({})).toEqual([40, 5]);
  expect(await limited({ table: 'default.stream_events' })).toEqual([40, 5]);
});

test('a named end beyond that is refused, with the owner of the offsets', async () => {
  const until = { offsets: { 0: '100', 1: '100' } };
  await expect(limited({}, { until })).rejects.toMatchObject({
    message: expect.stringContaining('workflow live runs on the same topic') as string,
    nonRetryable: true,
  });
});

test('a past time ends at the end of a partition without later records, once all of it is committed', async () => {
  const past = { timestamp: new Date(Date.now() - 60_000).toISOString() };
  const coming = { timestamp: new Date(Date.now() + 60_000).toISOString() };
  const idle = { ends: [30, null], logEnd: 5 };
  expect(await limited({}, { ...idle, until: past })).toEqual([30, 5]);
  await expect(limited({}, { ...idle, until: coming })).rejects.toThrow(
    'beyond that offset itself',
  );
  await expect(limited({}, { ...idle, logEnd: 6, until: past })).rejects.toThrow(
    'beyond that offset itself',
  );
});

test.each<[string, Partial<RunningPipeline>]>([
  ['itself', { workflowId: 'backfill' }],
  ['another bounded run', { bounded: true }],
  ['a pipeline of another topic', { topic: 'other' }],
  ['a pipeline into another table', { table: 'other' }],
  ['a pipeline into a table of that name on another server', { table: 'other.stream_events' }],
])('%s does not limit the run', async (_, other) => {
  expect(await limited(other)).toEqual([100, 100]);
});

test('a run that inserts existing records again does not insert what the live one is about to', async () => {
  expect(await limited({}, { existing: 'insert' })).toEqual([40, 5]);
});
