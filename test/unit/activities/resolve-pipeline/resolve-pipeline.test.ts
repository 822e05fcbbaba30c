// Promise: every partition starts where the user or the group says, and a start that might duplicate rows of unknown origin is
// refused at once with what to do. Checked over in-memory ports in Temporal's activity environment.
import { expect, test } from 'vitest';
import type { PipelineInput } from '../../../../src/domain/pipeline/settings.js';
import {
  resolveIn as resolve,
  type ResolveWorld as World,
} from '../../../support/resolve-world.js';

test('values that the input omits come from the environment, and a note says so', async () => {
  const resolved = await resolve({ topic: 'mine' });
  const { settings, fromEnvironment } = resolved;
  expect(settings).toMatchObject({
    topic: 'mine',
    groupId: 'env-group',
    table: 'env_table',
    batch: { maxRows: 200_000, maxBytes: 67_108_864, intervalSeconds: 3 },
    lanes: 2,
    existing: 'insert',
  });
  expect(fromEnvironment).toEqual(['groupId', 'table', 'batch.intervalSeconds']);
  // They are kept with the description of the table, so that a new description replaces them.
  expect(resolved.target.warnings).toEqual(['a warning']);
  expect(resolved.warnings).toEqual([]);
});

const AN_INSTANT: PipelineInput = { from: { timestamp: '1970-01-01T00:00:00.200Z' } };
const OFFSETS: PipelineInput = { from: { offsets: { 0: '7', 1: '2' } } };
const SOME: PipelineInput = { from: { offsets: { 0: '7' } } };
const GONE: PipelineInput = { from: { offsets: { 0: '1', 1: '0' } } };
const OUTSIDE: World = { committed: [2, 9] };
const DONE: World = { committed: [8, 1] };

test.each<[string, PipelineInput, World, string[]]>([
  ['a new group starts at the beginning of the log', {}, {}, ['5', '0']],
  ['committed offsets take precedence', {}, { committed: [8, 1] }, ['8', '1']],
  [
    'a partition without a committed offset starts at its beginning',
    {},
    { committed: [8, null] },
    ['8', '0'],
  ],
  ['earliest', { from: 'earliest' }, {}, ['5', '0']],
  ['earliest, in a group with offsets', { from: 'earliest' }, { committed: [8, 1] }, ['8', '1']],
  ['latest', { from: 'latest' }, {}, ['10', '2']],
  ['latest, in a group with offsets', { from: 'latest' }, { committed: [8, 1] }, ['8', '1']],
  ['latest, and a partition was added', { from: 'latest' }, { committed: [8, null] }, ['8', '0']],
  ['a timestamp, and a partition was added', AN_INSTANT, { committed: [8, null] }, ['8', '1']],
  ['offsets, and a partition was added', OFFSETS, { committed: [8, null] }, ['8', '2']],
  ['offsets without the added partition', SOME, { committed: [8, null] }, ['8', '0']],
  ['deleted offsets that are not needed', GONE, { committed: [8, 1] }, ['8', '1']],
  ['an offset before the log is kept, for a hold', { from: 'earliest' }, OUTSIDE, ['2', '9']],
  ['a bounded run reads its range', { from: 'earliest', until: 'now' }, DONE, ['5', '0']],
  ['a replay', { ...OFFSETS, replay: true }, { committed: [8, 1] }, ['7', '1']],
  ['a replay in a new group', { ...OFFSETS, replay: true }, {}, ['7', '2']],
  ['a timestamp', { from: { timestamp: '1970-01-01T00:00:00.200Z' } }, {}, ['6', '1']],
  ['a future timestamp', { from: { timestamp: '1970-01-01T00:00:01Z' } }, {}, ['10', '2']],
  ['offsets', { from: { offsets: { 0: '7', 1: '2' } } }, {}, ['7', '2']],
])('start: %s', async (_, input, world, cursor) => {
  expect((await resolve(input, world)).cursor).toEqual(cursor);
});

test.each<[string, PipelineInput, (string | null)[] | null]>([
  ['endless', {}, null],
  ['now', { until: 'now' }, ['10', '2']],
  ['a timestamp', { until: { timestamp: '1970-01-01T00:00:00.300Z' } }, ['7', null]],
  ['offsets', { until: { offsets: { 0: '9', 1: '1' } } }, ['9', '1']],
])('end: %s', async (_, input, until) => {
  expect((await resolve(input)).until).toEqual(until);
});

test('a bounded run ends where an endless one beside it has committed', async () => {
  const names = { topic: 'env-topic', groupId: 'live-group', table: 'env_table' };
  const open = { taskQueue: 'test', state: 'running', bounded: false };
  const running = [{ workflowId: 'live', ...names, ...open }];
  const world = { running, committed: [8, 1] };
  expect((await resolve({ until: 'now', from: 'earliest' }, world)).until).toEqual(['8', '1']);
});

test('a second endless pipeline is refused unless it has the same group', async () => {
  const names = { topic: 'env-topic', groupId: 'live-group', table: 'env_table' };
  const open = { taskQueue: 'test', state: 'paused', bounded: false };
  const running = [{ workflowId: 'live', ...names, ...open }];
  await expect(resolve({}, { running })).rejects.toMatchObject({
    message: expect.stringContaining('workflow live (paused) already moves topic') as string,
    nonRetryable: true,
  });
  expect((await resolve({ groupId: 'live-group' }, { running })).until).toBeNull();
});

test('"now" ends before an open transaction and says what it leaves there, and a named end waits for it', async () => {
  const now = await resolve({ until: 'now' }, { isOpen: true });
  expect([now.until, now.end, now.logEnd]).toEqual([
    ['10', '2'],
    ['10', '2'],
    ['11', '2'],
  ]);
  expect(now.leftUndecided).toEqual([{ partition: 0, first: '10', end: '11' }]);
  expect(now.warnings.join()).toContain('"until":"now" ends partition 0 at offset 10');
  const named = await resolve({ until: { offsets: { 0: '11', 1: '2' } } }, { isOpen: true });
  expect([named.until, named.leftUndecided]).toEqual([['11', '2'], undefined]);
  await expect(
    resolve({ from: { offsets: { 0: '11', 1: '2' } } }, { isOpen: true }),
  ).rejects.toThrow('a transaction is open there');
  expect((await resolve({ until: 'now' })).leftUndecided).toBeUndefined();
});

test('a table with rows of unknown origin and a group without offsets need a decision', async () => {
  await expect(resolve({}, { rowsOfOtherOrigin: 1_234 })).rejects.toMatchObject({
    message:
      'table env_table already holds 1,234 rows of unknown origin, and group env-group has no offsets, so nothing shows where to continue: give `from`',
    nonRetryable: true,
  });
  await expect(resolve({ from: 'earliest' }, { rowsOfOtherOrigin: 1_234 })).resolves.toBeDefined();
  await expect(resolve({}, { rowsOfOtherOrigin: 1_234, committed: [5, 0] })).resolves.toBeDefined();
});

test.each([
  ['a missing partition', { 0: '7' }, 'partition 1 is missing'],
  ['a partition that does not exist', { 0: '7', 1: '0', 2: '0' }, 'partition 2 does not exist'],
  ['a deleted offset', { 0: '4', 1: '0' }, 'partition 0 has offsets 5 to 10, not 4'],
  ['a future offset', { 0: '11', 1: '0' }, 'partition 0 has offsets 5 to 10, not 11'],
])('from.offsets with %s is refused', async (_, offsets, why) => {
  await expect(resolve({ from: { offsets } })).rejects.toThrow(why);
});

test('offsets that the table may hold are reconciled, up to its newest row', async () => {
  const newest = [{ partition: 0, epoch: 2, offset: 8 }];
  const { reconcileUntil, epoch } = await resolve({}, { newest, committed: [6, 0] });
  expect(reconcileUntil).toEqual(['9', '0']);
  expect(epoch).toEqual([2, 0]);
});

test('existing rows are also reconciled where `from` puts a new group', async () => {
  const newest = [{ partition: 0, epoch: 1, offset: 8 }];
  const { reconcileUntil, epoch, rereads } = await resolve({ from: 'earliest' }, { newest });
  expect(reconcileUntil).toEqual(['9', '0']);
  expect(epoch).toEqual([1, 0]);
  expect(rereads).toBeUndefined();
});

test('a replay reconciles nothing that it reads again, says how much that is, and begins a new epoch', async () => {
  const newest = [
    { partition: 0, epoch: 3, offset: 8 },
    { partition: 1, epoch: 0, offset: 1 },
  ];
  const input = { from: { offsets: { 0: '6', 1: '2' } }, replay: true } as const;
  const found = await resolve(input, { newest, committed: [8, 1] });
  expect(found).toMatchObject({
    cursor: ['6', '1'],
    epoch: [4, 0],
    reconcileUntil: ['0', '2'],
    rereads: [{ partition: 0, first: 6, end: 9, epoch: 4 }],
    uncommitted: [0],
  });
  expect(found.settings).toMatchObject({ replay: true, existing: 'insert' });
  expect(found.notes).toEqual([
    '"replay" reads up to 3 records again, and their rows will be duplicated (partition 0 6 to 9 as epoch 4)',
  ]);
  expect(found.warnings).toEqual(found.notes);
});

test('a replay right after another run reconciles what that run may still be sending', async () => {
  const input = { from: 'earliest', replay: true } as const;
  const { reconcileUntil } = await resolve(input, { committed: [8, 1], justEnded: true });
  expect(reconcileUntil).toEqual(['10', '2']);
});

test.each<[string, PipelineInput, string]>([
  ['endless', {}, '"replay" is not repeated'],
  ['bounded', { until: 'now' }, '"replay" is not repeated'],
])('a reset does not repeat a replay: %s', async (_, input, note) => {
  const replay = { from: 'earliest', replay: true, startedBefore: true, ...input } as const;
  const found = await resolve(replay, { committed: [8, 1] });
  expect(found.cursor).toEqual(['8', '1']);
  expect(found.rereads).toBeUndefined();
  expect(found.notes?.join()).toContain(note);
});

test('requests that are not followed are noted: `from`, and `existing` without an end', async () => {
  const continued = await resolve({ from: 'latest' }, { committed: [8, null] });
  expect(continued.notes).toEqual([
    '"from":"latest" does not apply where group env-group has an offset: the run continues from there (partition 0 at 8). Without one: partition 1 at 0. To read records again, start with "replay":true',
  ]);
  const inserting = await resolve({ existing: 'insert' }, { committed: [8, 1] });
  expect(inserting.notes?.join()).toContain('"existing":"insert" has no effect without "until"');
  expect((await resolve({ from: 'latest' })).notes).toEqual([]);
  expect((await resolve({}, { committed: [8, 1] })).notes).toEqual([]);
});

test('start offsets of partitions that the group does not know are committed to Kafka', async () => {
  expect((await resolve({ from: 'latest' })).uncommitted).toEqual([0, 1]);
  expect((await resolve({ from: 'latest' }, { committed: [8, null] })).uncommitted).toEqual([1]);
});

test('a run right after another one of the same workflow reconciles everything known', async () => {
  expect((await resolve({}, { justEnded: true })).reconcileUntil).toEqual(['10', '2']);
});

test('rows beyond the end of the log belong to an earlier topic, and a new epoch begins', async () => {
  const newest = [
    { partition: 0, epoch: 0, offset: 10 },
    { partition: 1, epoch: 3, offset: 1 },
  ];
  expect((await resolve({}, { newest, committed: [6, 0] })).epoch).toEqual([1, 3]);
});

test('a bounded run that inserts again begins a new epoch if it reads rows that exist', async () => {
  const newest = [
    { partition: 0, epoch: 0, offset: 9 },
    { partition: 1, epoch: 0, offset: 1 },
  ];
  const range = { from: { offsets: { 0: '6', 1: '2' } }, until: 'now' } as const;
  const inserting = await resolve({ ...range, existing: 'insert' }, { newest });
  expect(inserting).toMatchObject({ epoch: [1, 0], reconcileUntil: ['0', '0'] });
  expect(inserting.notes?.join()).toContain('"existing":"insert" reads up to 4 records again');
  expect(await resolve({ ...range, replay: true }, { newest })).toMatchObject({ epoch: [1, 0] });
  expect((await resolve({ ...range, existing: 'skip' }, { newest })).epoch).toEqual([0, 0]);
});

test('a bounded run skips existing rows if lineage identifies them', async () => {
  const without = { target: { columns: ['event_id'], findable: false } };
  expect((await resolve({ until: 'now' })).settings.existing).toBe('skip');
  expect((await resolve({ until: 'now' }, without)).settings.existing).toBe('insert');
  expect((await resolve({ until: 'now', existing: 'insert' })).settings.existing).toBe('insert');
  await expect(resolve({ until: 'now', existing: 'skip' }, without)).rejects.toThrow('lineage');
});

test('a guarantee that the table cannot carry refuses the start with the reasons', async () => {
  const weak = { target: { guarantee: { level: 'at-least-once', why: ['no window'] } as const } };
  await expect(resolve({ guarantee: 'exactly-once' }, weak)).rejects.toMatchObject({
    message: expect.stringContaining('no window') as string,
    nonRetryable: true,
  });
  await expect(resolve({}, weak)).resolves.toBeDefined();
});

test('a topic name that Kafka does not allow fails the run at once and explains the rule', async () => {
  for (const topic of ['.', '..', 'a topic', 'a/b', 'ä', 'x'.repeat(249) + '!']) {
    await expect(resolve({ topic })).rejects.toMatchObject({
      nonRetryable: true,
      message: expect.stringMatching(
        /^".*" is not a valid Kafka topic name: the name of a topic has 1 to 249/,
      ) as string,
    });
  }
});
