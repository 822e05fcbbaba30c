// Promise: by default verify compares exactly what the group has committed, continues where a heartbeat says that an earlier
// attempt was, decodes nothing without need, and is not stopped by retention. Checked over in-memory ports in Temporal's
// activity environment.
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { createMemoryBudget } from '../../../../src/activities/attempt/memory-budget.js';
import { createReadMemories } from '../../../../src/activities/attempt/read-memory.js';
import { resolveVerify } from '../../../../src/activities/resolve-verify/resolve-verify.js';
import { verifySlice } from '../../../../src/activities/verify-slice/verify-slice.js';
import { OffsetOutOfRange } from '../../../../src/domain/errors.js';
import { defineContract } from '../../../../src/domain/contract/define-contract.js';
import { createContractRegistry } from '../../../../src/domain/formats/contract-registry.js';
import type { Decoder } from '../../../../src/domain/formats/decoder.js';
import type { VerifyInput } from '../../../../src/domain/verify/public-types.js';
import type { TableContents } from '../../../../src/domain/ports/table-contents.js';
import type { EpochExtent } from '../../../../src/domain/records/offset-range.js';
import type { SliceProgress, VerifyPlan, VerifySlice } from '../../../../src/domain/verify/plan.js';
import { NO_TALLY } from '../../../../src/domain/verify/tally.js';
import { fakeTopic, type FakeTopic } from '../../../support/fake-topic.js';
import { aVerifyPlan } from '../../../support/verify-builders.js';

const TARGET = {
  table: { database: 'default', table: 'env_table' },
  tableId: 'table-1',
  columns: ['event_id', '_topic', '_epoch', '_partition', '_offset'],
  findable: true,
  tablePartition: 'month',
  guarantee: { level: 'exactly-once' },
  durability: 'page cache',
} as const;

const COLUMNS = [
  { name: 'event_id', type: 'String', defaultKind: '', isKey: true },
  { name: 'loaded_at', type: 'DateTime', defaultKind: 'DEFAULT', isKey: false },
  { name: '_offset', type: 'UInt64', defaultKind: '', isKey: false },
] as const;

interface World {
  readonly committed?: readonly (number | null)[];
  readonly extents?: readonly EpochExtent[];
  readonly columns?: readonly string[];
  readonly isMissing?: boolean;
  /** A transaction is open in partition 0: one record at offset 10. */
  readonly isOpen?: boolean;
}

/** Contents whose rows have these offsets of epoch 0. */
function contents(world: World = {}, rows: readonly number[] = []): TableContents {
  return {
    describe: async () =>
      world.isMissing
        ? null
        : {
            target: { ...TARGET, columns: world.columns ?? TARGET.columns },
            unfit: null,
            hasDeadLetters: false,
            columns: COLUMNS,
          },
    countRows: async () => 42,
    countRowsBelow: async () => [3, 0],
    rowExtents: async () => world.extents ?? [],
    letterExtents: async () => [],
    readRows: async (_, __, range, onRow) => {
      for (const row of rows) if (row >= range.first && row < range.end) onRow(0, row);
    },
    readIdentities: async () => undefined,
    readLetters: async () => undefined,
    hashesOf: () => Promise.reject(new Error('only offsets are compared')),
    readHashes: () => Promise.reject(new Error('only offsets are compared')),
    firstSet: () => Promise.reject(new Error('only offsets are compared')),
  };
}

function resolve(input: VerifyInput, world: World = {}): Promise<VerifyPlan> {
  const topic = fakeTopic([0, 0]);
  topic.partitions = [
    { logStart: 5, timestamps: [100, 200, 300, 400, 500], openTransaction: world.isOpen ?? false },
    { logStart: 0, timestamps: [150, 250] },
  ];
  const dependencies = {
    source: topic.source,
    groups: {
      committed: async () =>
        (world.committed ?? []).map((offset, partition) => ({ partition, offset, metadata: '' })),
      commit: () => Promise.reject(new Error('verify commits nothing')),
    },
    contents: contents(world),
    contracts: { assertHas: () => undefined },
    defaults: {
      topic: 'env-topic',
      groupId: 'env-group',
      table: 'env_table',
      database: 'default',
      intervalSeconds: 3,
    },
  };
  return new MockActivityEnvironment().run(
    resolveVerify as (...args: unknown[]) => Promise<VerifyPlan>,
    input,
    dependencies,
  );
}

const rangesOf = ({ partitions }: VerifyPlan) =>
  partitions.map(({ first, end }) => `${first}-${end}`);

test('by default verify compares from the start of the log to the committed offset', async () => {
  const plan = await resolve({}, { committed: [8, 1] });
  expect(rangesOf(plan)).toEqual(['5-8', '0-1']);
  expect(plan).toMatchObject({ topic: 'env-topic', groupId: 'env-group', rowsBeforeLog: 3 });
  expect(plan).toMatchObject({ by: 'offsets', keepsRows: true, notes: [], doubts: [] });
});

test('without committed offsets verify compares to the end, and says so', async () => {
  const plan = await resolve({}, { committed: [null, null] });
  expect(rangesOf(plan)).toEqual(['5-10', '0-2']);
  expect(plan.notes.join()).toContain('env-group has no offsets');
});

test('a partition without an offset has nothing to compare, and one committed beyond the log is reported', async () => {
  const plan = await resolve({}, { committed: [99, null] });
  expect(rangesOf(plan)).toEqual(['5-10', '0-0']);
  expect(plan.notes.join()).toContain('no offset in partition 1');
  expect(plan.notes.join()).toContain('beyond the end of the log in partition 0');
});

test('start and end can be given as timestamps and as offsets', async () => {
  const at = (timestampMs: number) => ({ timestamp: new Date(timestampMs).toISOString() });
  expect(rangesOf(await resolve({ from: at(200), until: at(400) }))).toEqual(['6-8', '1-2']);
  const offsets = { from: { offsets: { 0: '6', 1: '1' } }, until: { offsets: { 0: '7', 1: '1' } } };
  expect(rangesOf(await resolve(offsets))).toEqual(['6-7', '1-1']);
  expect(rangesOf(await resolve({ until: 'now' }, { committed: [6, 1] }))).toEqual(['5-10', '0-2']);
  const behind = { from: { offsets: { 0: '9', 1: '0' } } };
  expect(rangesOf(await resolve(behind, { committed: [7, 1] }))).toEqual(['9-9', '0-1']);
});

test('a question that cannot be answered is reported at once', async () => {
  const asked = resolve({ until: 'committed' }, { committed: [null, null] });
  await expect(asked).rejects.toThrow('env-group has no offsets for topic env-topic');
  await expect(resolve({}, { isMissing: true })).rejects.toThrow('nothing to compare with');
  await expect(resolve({ table: 'a.b.c' })).rejects.toThrow('is not a table name');
});

test('rows beyond the end of the log put everything in doubt', async () => {
  const extents = [{ topicId: 'topic-1', partition: 1, epoch: 0, first: 0, end: 9, count: 9 }];
  const { doubts } = await resolve({}, { committed: [8, 1], extents });
  expect(doubts.join()).toContain(
    'Partition 1: the table has rows up to offset 9, but the log ends at 2',
  );
});

test('records beyond an open transaction cannot be judged, and are counted if they were requested', async () => {
  const asked = { committed: [8, 1], isOpen: true };
  const now = await resolve({ until: 'now' }, asked);
  expect([rangesOf(now), now.undecided]).toEqual([['5-10', '0-2'], 1]);
  expect(now.notes.join()).toMatch(
    /Partition 0: a transaction is open from offset 10 on.*1 of them/,
  );
  const later = { timestamp: new Date(501).toISOString() };
  expect((await resolve({ until: later }, asked)).undecided).toBe(1);
  expect((await resolve({ until: { offsets: { 0: '11', 1: '2' } } }, asked)).undecided).toBe(1);
  const committed = await resolve({}, asked);
  expect(committed.undecided).toBe(0);
  expect(committed.notes.join()).toContain('beyond the end of the comparison');
  expect((await resolve({ until: 'now' }, { committed: [8, 1] })).undecided).toBe(0);
});

test('an offset committed beyond an open transaction is within the log', async () => {
  const { notes } = await resolve({}, { committed: [11, 1], isOpen: true });
  expect(notes.join()).not.toContain('beyond the end of the log');
});

test('a comparison by content plans the columns that the contract fills and names the others', async () => {
  const plan = await resolve({ compare: 'content', sample: 7 }, { committed: [8, 1] });
  expect(plan.content).toEqual({
    columns: [{ name: 'event_id', type: 'String' }],
    uncompared: [{ column: 'loaded_at', why: 'the server fills it with its DEFAULT' }],
    sample: 7,
  });
  expect((await resolve({ compare: 'offsets' }, { committed: [8, 1] })).content).toBeUndefined();
});

test('content that cannot be compared is refused at once', async () => {
  const without = (columns: readonly string[]) =>
    resolve({ compare: 'content' }, { committed: [8, 1], columns });
  await expect(without(['event_id'])).rejects.toThrow('has no lineage columns');
  const lineage = TARGET.columns.filter((column) => column.startsWith('_'));
  await expect(without(lineage)).rejects.toThrow('no column that the contract fills');
});

test('rows without lineage are only counted', async () => {
  const plan = await resolve({}, { committed: [8, 1], columns: ['event_id'] });
  expect(plan).toMatchObject({ by: 'counts', tableRows: 42 });
});

const ORDERS = defineContract({ name: 'orders', columns: { id: 'Int64' }, version: '2' });

let decoded = 0;

const DECODER = {
  scanner: {},
  decode: () => {
    decoded += 1;
    return { kind: 'row', row: { event_id: 'an event' } };
  },
} as unknown as Decoder;

/** A topic with a record at every offset, and the ranges that were read of it. */
function readable(topic: FakeTopic) {
  const read: string[] = [];
  const source = {
    ...topic.source,
    async *read(_: string, ranges: readonly { first: number; end: number }[]) {
      const [{ first, end } = { first: 0, end: 0 }] = ranges;
      const { logStart } = topic.partitions[0]!;
      if (first < logStart) {
        throw new OffsetOutOfRange({ partition: 0, offset: first, logStart, end: 1_000_000_000 });
      }
      read.push(`${first}-${end}`);
      const count = end - first;
      const offsets = Float64Array.from({ length: count }, (_each, index) => first + index);
      const valueStarts = new Int32Array(count).fill(-1);
      const run = {
        partition: 0,
        count,
        offsets,
        valueStarts,
        timestamps: new Float64Array(count),
      };
      const place = { partition: 0, next: end, leaderEpochs: [] };
      const sizes = { wireBytes: 0, extraBytes: 0 };
      yield { ...place, ...sizes, open: () => Promise.resolve(), runs: () => [run] };
    },
  };
  return { source: source as never, read };
}

function slice(end: number): VerifySlice {
  const plan = aVerifyPlan([end]);
  return { ...plan, hasDeadLetters: false, range: plan.partitions[0]!, before: NO_TALLY };
}

function compare(
  asked: VerifySlice,
  { source, heartbeatDetails }: { source: never; heartbeatDetails?: SliceProgress },
  rows: readonly number[] = [],
): Promise<SliceProgress> {
  const info = heartbeatDetails === undefined ? {} : { heartbeatDetails, attempt: 2 };
  return new MockActivityEnvironment(info).run(
    verifySlice as (...args: unknown[]) => Promise<SliceProgress>,
    asked,
    {
      source,
      contents: contents({}, rows),
      decoder: DECODER,
      contracts: createContractRegistry(DECODER, [ORDERS]),
      createBuilder: () => Promise.reject(new Error('only offsets are compared')) as never,
      memory: createReadMemories(createMemoryBudget(2 ** 28)),
    },
  );
}

test('a slice is compared chunk by chunk, decoding only a sample', async () => {
  const { source, read } = readable(fakeTopic([0]));
  decoded = 0;
  const done = await compare(slice(1_200_000), { source }, [5, 6, 700_001]);
  // The first row of each thousand offsets.
  expect(decoded).toBe(2);
  expect(read).toEqual(['0-500000', '500000-1000000', '1000000-1200000']);
  expect(done).toMatchObject({ next: 1_200_000, tally: { records: 1_200_000, rows: 3 } });
  expect(done.tally.lostRanges).toMatchObject({
    total: 3,
    first: [
      [0, 5],
      [7, 700_001],
      [700_002, 1_200_000],
    ],
  });
});

test('a retry continues after the offset in the heartbeat, with the earlier results', async () => {
  const { source, read } = readable(fakeTopic([0]));
  const tally = { ...NO_TALLY, records: 500_000, rows: 500_000 };
  const heartbeatDetails = { v: 1, next: 500_000, tally } as const;
  const done = await compare(slice(700_000), { source, heartbeatDetails });
  expect(read).toEqual(['500000-700000']);
  expect(done.tally).toMatchObject({ records: 700_000, rows: 500_000, lost: 200_000 });
});

test('offsets that retention deletes meanwhile are skipped and counted', async () => {
  const topic = fakeTopic([0]);
  topic.partitions = [{ logStart: 300, timestamps: [] }];
  const { source, read } = readable(topic);
  const done = await compare(slice(1_000), { source });
  expect(read).toEqual(['300-1000']);
  expect(done.tally).toMatchObject({ removed: 300, records: 700, lost: 700 });
});

test('a recreated topic ends it, with a message', async () => {
  const topic = fakeTopic([0]);
  topic.topicId = 'topic-2';
  await expect(compare(slice(10), { source: readable(topic).source })).rejects.toThrow('recreated');
});

test('a topic name that Kafka does not allow fails the run at once', async () => {
  await expect(resolve({ topic: 'a topic' })).rejects.toMatchObject({
    nonRetryable: true,
    message: expect.stringContaining('"a topic" is not a valid Kafka topic name') as string,
  });
});

test('values are not compared under another version of the contract than at the start', async () => {
  const { source } = readable(fakeTopic([0]));
  const content = { columns: [{ name: 'id', type: 'Int64' }], uncompared: [] };
  const before = { name: 'orders', hash: '0123456789abcdef' };
  await expect(compare({ ...slice(10), contract: before, content }, { source })).rejects.toThrow(
    'Contract orders has changed since this verify began',
  );
  // Offsets are the same, whatever the values.
  await expect(compare({ ...slice(10), contract: before }, { source })).resolves.toBeDefined();
});
