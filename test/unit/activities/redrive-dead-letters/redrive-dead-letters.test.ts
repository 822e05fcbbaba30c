// Promise: whatever fails between reading dead letters and closing them, in the end each dead letter that is now an event has
// one row and is closed, the others are open and say why, and the outcome counts all attempts together. Checked by property over
// an in-memory table and dead letters, attempt after attempt as Temporal makes them, and each rule by itself below.
import { DefaultLogger } from '@temporalio/worker';
import { MockActivityEnvironment } from '@temporalio/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryBudget } from '../../../../src/activities/attempt/memory-budget.js';
import { redriveLetters } from '../../../../src/activities/redrive-dead-letters/redrive-dead-letters.js';
import { createBlockBuilder } from '../../../../src/domain/blocks/block-builder.js';
import { createColumnPool } from '../../../../src/domain/blocks/column-buffer.js';
import type { TableContents } from '../../../../src/domain/ports/table-contents.js';
import type { RedriveOutcome, RedrivePlan } from '../../../../src/domain/redrive/plan.js';
import {
  type FakeEventTable,
  fakeEventTable,
  type Fault,
  NETWORK_ERROR,
} from '../../../support/fake-event-table.js';
import {
  type FakeLetter,
  type FakeOpenLetters,
  fakeOpenLetters,
} from '../../../support/fake-open-dead-letters.js';
import { anInsertError } from '../../../support/insert-errors.js';
import { anEvent, BYTES, COLUMNS } from '../../domain/blocks/block-of.js';

const PLAN: RedrivePlan = {
  topic: 'stream-events',
  table: { database: 'default', table: 'stream_events' },
  action: 'redrive',
  dryRun: false,
  choice: { reasons: null, stages: null, ranges: null, sinceMs: null, untilMs: null },
  open: {},
  notes: [],
};

const contents = {
  describe: async () => ({
    target: { columns: COLUMNS, tablePartition: 'month', findable: true },
    unfit: null,
    hasDeadLetters: true,
  }),
} as unknown as TableContents;

const MONTHS = ['2026-01', '2026-02', '2026-03'];

/** Every third one is still not an event, with a different reason than before. */
function letterAt(offset: number, more: Partial<FakeLetter> = {}): FakeLetter {
  const isBad = offset % 3 === 0;
  const timestamp = `${MONTHS[offset % MONTHS.length] ?? ''}-01T00:00:00`;
  return {
    topicId: '',
    epoch: 0,
    partition: 0,
    offset,
    stage: 'validate',
    reason: 'missing_field',
    path: 'source',
    error: 'source is required',
    value: isBad ? '{"event_id":' : anEvent({ event_id: `e${offset}`, timestamp }),
    status: 'open',
    timestampMs: 0,
    headers: [],
    ...more,
  };
}

interface World {
  readonly events: FakeEventTable;
  readonly openLetters: FakeOpenLetters;
}

function worldOf(letters: readonly FakeLetter[]): World {
  return { events: fakeEventTable(), openLetters: fakeOpenLetters(letters) };
}

const quiet = { logger: new DefaultLogger('ERROR') };

async function attempt(
  { events, openLetters }: World,
  number: number,
  changes: Partial<RedrivePlan> = {},
): Promise<RedriveOutcome> {
  const pool = createColumnPool(2 ** 26);
  const input = {
    plan: { ...PLAN, ...changes },
    window: {
      number: 1,
      after: null,
      upTo: { epoch: 9, partition: 9, offset: 9 },
      letters: openLetters.letters.size,
      bytes: 1_000,
      redrivenBefore: {},
      droppedBefore: {},
    },
  };
  const dependencies = {
    contents,
    events,
    openLetters,
    workflows: {
      isRunning: async () => true,
      hasJustEnded: async () => false,
      isCurrentAttempt: async () => true,
    },
    memory: createMemoryBudget(2 ** 28),
    createBuilder: (plan: never) => createBlockBuilder({ plan, known: [], decoder: BYTES, pool }),
  };
  return new MockActivityEnvironment({ attempt: number }, quiet).run(
    redriveLetters as (...args: unknown[]) => Promise<RedriveOutcome>,
    input,
    dependencies,
  );
}

/** Attempts until one succeeds, as Temporal makes them after any failure. */
async function untilDone(world: World): Promise<RedriveOutcome> {
  let cause: unknown;
  for (let number = 1; number <= 20; number++) {
    try {
      return await attempt(world, number);
    } catch (error) {
      cause = error;
    }
  }
  throw new Error('no attempt succeeded', { cause });
}

const offsets = Array.from({ length: 60 }, (_, index) => 100 + index);
const good = offsets.filter((offset) => offset % 3 !== 0);
const once = new Map(good.map((offset) => [`0/${offset}`, 1]));

const insertFault: fc.Arbitrary<Fault> = fc.oneof(
  fc.constant(null),
  fc.constant<Fault>({ kind: 'answer-lost' }),
  fc.constant<Fault>({ kind: 'refused', error: NETWORK_ERROR }),
  fc.record({
    kind: fc.constant('killed' as const),
    after: fc.integer({ min: 0, max: 4 }),
    lost: fc.boolean(),
  }),
);
const closeFault = fc.constantFrom('before' as const, 'after' as const, null);

test('each event has one row and a closed dead letter, whatever fails', async () => {
  const faults = fc.array(insertFault, { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(faults, fc.array(closeFault, { maxLength: 4 }), async (inserts, closes) => {
      const world = worldOf(offsets.map((offset) => letterAt(offset)));
      world.events.faults.push(...inserts);
      world.openLetters.faults.push(...closes);
      const outcome = await untilDone(world);
      expect(world.events.counts).toEqual(once);
      const letters = [...world.openLetters.letters.values()];
      const redriven = letters.filter(({ status }) => status === 'redriven');
      expect(redriven.map(({ offset }) => offset)).toEqual(good);
      expect(redriven.every(({ reason }) => reason === 'missing_field')).toBe(true);
      const open = letters.filter(({ status }) => status === 'open');
      expect(open.every(({ reason }) => reason === 'invalid_json')).toBe(true);
      expect(outcome).toMatchObject({
        redriven: { missing_field: good.length },
        rejected: { invalid_json: offsets.length - good.length },
        filtered: 0,
      });
    }),
    { numRuns: 300 },
  );
});

test('existing rows are not sent, and a second redrive sends nothing', async () => {
  const world = worldOf(offsets.map((offset) => letterAt(offset)));
  await untilDone(world);
  const { tokens } = world.events;
  const sent = tokens.length;
  expect(await attempt(world, 1)).toMatchObject({ alreadyThere: 0 });
  for (const [key, letter] of world.openLetters.letters) {
    world.openLetters.letters.set(key, { ...letter, status: 'open' });
  }
  expect(await attempt(world, 1)).toMatchObject({ alreadyThere: good.length });
  expect(tokens).toHaveLength(sent);
  expect(world.events.counts).toEqual(once);
});

test('the same dead letters have the same token, whoever inserts them', async () => {
  const worlds = [1, 2].map(() => worldOf(offsets.map((offset) => letterAt(offset))));
  for (const world of worlds) await untilDone(world);
  expect(worlds[0]?.events.tokens).toEqual(worlds[1]?.events.tokens);
  const other = worldOf(offsets.map((offset) => letterAt(offset, { epoch: 1 })));
  await untilDone(other);
  expect(other.events.tokens).not.toEqual(worlds[0]?.events.tokens);
});

test('dead letters of several epochs and partitions keep their own lineage', async () => {
  const world = worldOf([
    letterAt(1, { epoch: 0, partition: 0 }),
    letterAt(1, { epoch: 0, partition: 3 }),
    letterAt(2, { epoch: 1, partition: 0 }),
    letterAt(2, { epoch: 1, partition: 3 }),
  ]);
  const spans: unknown[] = [];
  const { insert } = world.events;
  world.events.insert = (table, block, options) => {
    spans.push(...block.spans);
    return insert(table, block, options);
  };
  await untilDone(world);
  expect(spans).toEqual([
    { epoch: 0, partition: 0, first: 1, end: 2 },
    { epoch: 0, partition: 3, first: 1, end: 2 },
    { epoch: 1, partition: 0, first: 2, end: 3 },
    { epoch: 1, partition: 3, first: 2, end: 3 },
  ]);
});

test.each([
  ['that is about values', 469],
  ['that is unknown', 376],
  ['that altered columns also cause', 131],
])('only rows refused with a number %s stay dead letters', async (_, code) => {
  const world = worldOf(offsets.map((offset) => letterAt(offset)));
  const error = anInsertError({ code, message: 'no sevens' });
  world.events.refuse = (row) => (row === '0/107' ? error : null);
  const outcome = await untilDone(world);
  expect(outcome.rejected).toMatchObject({ refused_by_table: 1 });
  const without = new Map([...once].filter(([row]) => row !== '0/107'));
  expect(world.events.counts).toEqual(without);
  expect(world.openLetters.letters.get('0/0/107')).toMatchObject({
    status: 'open',
    stage: 'insert',
    reason: 'refused_by_table',
    error: 'no sevens',
  });
});

test('a table that stores less than at the start ends the redrive, and its dead letters stay open', async () => {
  const world = worldOf([letterAt(1)]);
  const columns = [...COLUMNS, 'gone'];
  await expect(attempt(world, 1, { columns })).rejects.toThrow(
    'default.stream_events no longer stores gone: the remaining dead letters stay open',
  );
  expect(world.events.tokens).toEqual([]);
  expect(world.openLetters.letters.get('0/0/1')).toMatchObject({ status: 'open' });
  // An added column takes nothing away.
  await attempt(world, 2, { columns: COLUMNS.slice(1) });
  expect(world.openLetters.letters.get('0/0/1')).toMatchObject({ status: 'redriven' });
});

test('a dry run sends nothing and closes nothing', async () => {
  const world = worldOf(offsets.map((offset) => letterAt(offset)));
  const before = [...world.openLetters.letters.values()];
  for (const action of ['redrive', 'drop'] as const) {
    await attempt(world, 1, { dryRun: true, action });
  }
  expect(world.events.tokens).toEqual([]);
  expect([...world.openLetters.letters.values()]).toEqual(before);
});

test('a drop closes open dead letters and sends nothing', async () => {
  const world = worldOf([letterAt(1), letterAt(2, { status: 'redriven' })]);
  expect(await attempt(world, 1, { action: 'drop' })).toMatchObject({
    dropped: { missing_field: 1 },
    redriven: {},
  });
  expect([...world.openLetters.letters.values()].map(({ status }) => status)).toEqual([
    'dropped',
    'redriven',
  ]);
  expect(world.events.tokens).toEqual([]);
});
