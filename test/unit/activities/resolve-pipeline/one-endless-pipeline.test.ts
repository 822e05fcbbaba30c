// Promise: of two endless pipelines that move the same records into the same table, one starts, even if both start at the same
// instant and visibility shows neither, and a pipeline that does not run prevents no start. Checked over an in-memory namespace
// whose visibility lags as the test sets it.
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { awaitListed } from '../../../../src/activities/resolve-pipeline/await-listed.js';
import {
  standAlone,
  type Starting,
} from '../../../../src/activities/resolve-pipeline/other-pipelines.js';
import { hasEndedBeside } from '../../../../src/activities/resolve-pipeline/pipelines-beside.js';
import { claimId, type RunningPipeline } from '../../../../src/domain/pipeline/side-by-side.js';
import type { StartClaim, WorkflowLookUp } from '../../../../src/domain/ports/workflows.js';
import { type FakeWorkflows, fakeWorkflows, show } from '../../../support/fake-workflows.js';
import { aSettings } from '../../../support/pipeline-builders.js';

const FIRST: RunningPipeline = {
  ...{ workflowId: 'first', taskQueue: 'millrace', groupId: 'group', state: 'running' },
  ...{ topic: 'stream-events', topicId: 'topic-1', bounded: false },
  ...{ table: 'stream_events', database: 'default', tableId: 'table-1' },
};

function aStart(
  workflowId: string,
  groupId: string,
  flow: Partial<Starting['flow']> = {},
): Starting {
  return {
    ...{ workflowId, runId: `${workflowId}-run`, settings: aSettings({ groupId }) },
    flow: {
      ...{ taskQueue: 'millrace', topic: 'stream-events', topicId: 'topic-1' },
      ...{ table: { database: 'default', table: 'stream_events' }, tableId: 'table-1', ...flow },
    },
  };
}

const SECOND = aStart('second', 'other-group');

function starting(run: Starting, workflows: WorkflowLookUp): Promise<void> {
  return new MockActivityEnvironment().run(() =>
    standAlone(run, { workflows, defaults: { database: 'default' } }),
  );
}

/** Why it does not start. Null if it does. */
async function refusal(other: Partial<RunningPipeline>, run = SECOND): Promise<string | null> {
  const workflows = fakeWorkflows();
  show(workflows, { ...FIRST, ...other });
  return starting(run, workflows).then(
    () => null,
    (error: unknown) => (error as Error).message,
  );
}

test('the refusal of a second pipeline names the owner of the records and what to do instead', async () => {
  expect(await refusal({ state: 'held' })).toBe(
    'workflow first (held) already moves topic stream-events into stream_events, in group group and without an end: a second pipeline in group other-group would insert every record twice. To replace it, stop it and wait until it has ended, then start this one with "groupId":"group" to continue where it stopped. To fill gaps while it runs, give "until". To move more records, give it more lanes (configure) or start more workers. To store the records twice, name another table',
  );
});

const ELSEWHERE = { taskQueue: 'another' };

test.each<[string, Partial<RunningPipeline>]>([
  ['paused', { state: 'paused' }],
  ['held', { state: 'held' }],
  ['naming the table with its database', { table: 'default.stream_events' }],
  ['of an older release, whose memo has no ids', { topicId: undefined, tableId: undefined }],
  ['from another worker, whose table is in the same database', ELSEWHERE],
  ['moving to a recreated topic and table', { topicId: 'topic-0', tableId: 'table-0' }],
])('the first pipeline counts when it is %s', async (_, other) => {
  expect(await refusal(other)).toContain('workflow first');
});

test.each<[string, Partial<RunningPipeline>]>([
  ['a bounded run', { bounded: true }],
  ['a pipeline of the same group, which is checked with each batch', { groupId: 'other-group' }],
  ['a pipeline of another topic', { topic: 'orders' }],
  ['a pipeline into another table', { table: 'orders' }],
  ['a table of that name in the database of another worker', { ...ELSEWHERE, database: 'shop' }],
  ['a topic of that name on another cluster', { ...ELSEWHERE, topicId: 'topic-2' }],
  ['a table of that name on another server', { ...ELSEWHERE, tableId: 'table-2' }],
  ['an earlier run of the same workflow', { workflowId: 'second' }],
])('%s does not block a start', async (_, other) => {
  expect(await refusal(other)).toBeNull();
});

test('a pipeline that was just terminated does not block a start, though visibility still shows it', async () => {
  const workflows = fakeWorkflows();
  show(workflows, FIRST);
  workflows.open.delete('first');
  const sources = { workflows, defaults: { database: 'default' } };
  await expect(starting(SECOND, workflows)).resolves.toBeUndefined();
  expect(await hasEndedBeside(SECOND, sources)).toBe(true);
});

test('a pipeline that is stopping is waited for', async () => {
  const workflows = fakeWorkflows();
  show(workflows, { ...FIRST, state: 'draining' });
  let asked = 0;
  const current = workflows.currentPipeline;
  const ending = (workflowId: string) => {
    asked += 1;
    if (asked === 2) workflows.open.delete('first');
    return current(workflowId);
  };
  const seen = { ...workflows, currentPipeline: ending };
  await expect(starting(SECOND, seen)).resolves.toBeUndefined();
  expect(asked).toBe(2);
});

function invisible(): FakeWorkflows {
  const workflows = fakeWorkflows();
  workflows.open.set('first', null).set('second', null);
  return workflows;
}

test('of two pipelines that start at the same instant, one starts', async () => {
  const workflows = invisible();
  const outcomes = await Promise.allSettled([
    starting(aStart('first', 'group'), workflows),
    starting(SECOND, workflows),
  ]);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(workflows.claims.size).toBe(1);
});

test('a second attempt of the same start keeps its claim, and a pipeline of the same group is not refused', async () => {
  const workflows = invisible();
  await starting(aStart('first', 'group'), workflows);
  await expect(starting(aStart('first', 'group'), workflows)).resolves.toBeUndefined();
  await expect(starting(aStart('second', 'group'), workflows)).resolves.toBeUndefined();
  await expect(starting(SECOND, workflows)).rejects.toThrow('workflow first (starting)');
});

test.each<[string, (workflows: FakeWorkflows) => void]>([
  ['has ended', ({ open }) => open.delete('first')],
  ['moves something else', ({ open }) => open.set('first', { ...FIRST, topic: 'orders' })],
])('a claim does not count once its pipeline %s', async (_, change) => {
  const workflows = invisible();
  await starting(aStart('first', 'group'), workflows);
  change(workflows);
  await expect(starting(SECOND, workflows)).resolves.toBeUndefined();
  expect([...workflows.claims.values()]).toMatchObject([{ workflowId: 'second' }]);
});

test('an earlier run’s claim is replaced by that of the starting run', async () => {
  const workflows = invisible();
  await starting({ ...SECOND, runId: 'earlier' }, workflows);
  await starting(SECOND, workflows);
  expect([...workflows.claims.values()]).toMatchObject([{ runId: 'second-run' }]);
});

test('a claim lasts until visibility shows its pipeline, and no other one', async () => {
  const workflows = invisible();
  await starting(aStart('first', 'group'), workflows);
  const claim = workflows.claims.get(claimId(SECOND.flow))!;
  let polls = 0;
  const shown = [[], [{ ...FIRST, workflowId: 'third' }], [{ ...FIRST, topic: 'orders' }], [FIRST]];
  const late = { ...workflows, listedPipelines: async () => shown[polls++] ?? [] };
  expect(await waited(claim, late)).toBe(true);
  expect(polls).toBe(shown.length);
});

test('a claim ends with its pipeline, but not before visibility can know of a later run', async () => {
  const workflows = invisible();
  await starting(aStart('first', 'group'), workflows);
  const claim = workflows.claims.get(claimId(SECOND.flow))!;
  const ended = [Date.now(), Date.now() - 120_000];
  const answers = { ...workflows, endedMs: async () => ended.shift() ?? null };
  expect(await waited(claim, answers)).toBe(true);
  expect(ended).toEqual([]);
});

function waited(claim: StartClaim, workflows: WorkflowLookUp): Promise<boolean> {
  return new MockActivityEnvironment().run(() => awaitListed(claim, { workflows }));
}
