// Promise: whatever happens to sends, in the end each row of a block is in the table exactly once, and also in a view behind it.
// Checked by property, against a table that commits table partition by table partition and may lose rows whose token it knows,
// and each rule by itself below.
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import {
  type BlockContext,
  writeBlock,
  type Written,
} from '../../../../src/activities/ingest-batch/write-block.js';
import { InsertFailed } from '../../../../src/domain/insert-failures/insert-error.js';
import type { BatchPlan } from '../../../../src/domain/pipeline/batch-plan.js';
import { blockOf, rowsFrom } from '../../../support/clickhouse-blocks.js';
import {
  fakeEventTable,
  type FakeEventTable,
  type Fault,
  NETWORK_ERROR,
  rowsOf,
  TABLE_PARTITION_OFFSETS,
} from '../../../support/fake-event-table.js';
import { INSERT_GONE_MS } from '../../../../src/domain/limits.js';
import { aLog, aPlan } from '../../../support/pipeline-builders.js';

const TABLE = { database: 'default', table: 'stream_events' };
const ROWS = 5 * TABLE_PARTITION_OFFSETS;
const BLOCK = blockOf('stream-events', rowsFrom(0, 0, ROWS));

let events: FakeEventTable;
let sends: number;

beforeEach(() => {
  events = fakeEventTable();
  sends = 0;
});

function contextOf(attempt: number, changes: Partial<BatchPlan> = {}): BlockContext {
  return {
    plan: aPlan([[0, 0, ROWS]], changes),
    log: aLog(),
    table: TABLE,
    events,
    guard: { assertMaySend: () => Promise.resolve(void (sends += 1)), stop: () => undefined },
    waiting: { startedMs: performance.now(), tell: () => undefined },
    signal: new AbortController().signal,
    id: { workflowId: 'w', runId: 'r', lane: 0, batch: 1, block: 1, attempt },
    failures: { countOf: () => attempt, mayArriveLate: true, unanswered: 0 },
    isAccepted: false,
  };
}

/** Attempts until one succeeds, as Temporal makes them. */
async function untilWritten(block = BLOCK, changes: Partial<BatchPlan> = {}): Promise<Written> {
  for (let attempt = 1; attempt <= 20; attempt++) {
    try {
      return await writeBlock(block, contextOf(attempt, changes));
    } catch (error) {
      if (!(error instanceof InsertFailed)) throw error;
    }
  }
  throw new Error('no attempt succeeded');
}

const once = new Map(rowsOf(BLOCK).map((row) => [row, 1]));

const faultWhere = (lost: fc.Arbitrary<boolean>): fc.Arbitrary<Fault> =>
  fc.oneof(
    fc.constant(null),
    fc.constant<Fault>({ kind: 'answer-lost' }),
    fc.constant<Fault>({ kind: 'refused', error: NETWORK_ERROR }),
    fc.record({
      kind: fc.constant('killed' as const),
      after: fc.integer({ min: 0, max: 4 }),
      lost,
    }),
  );
const fault = faultWhere(fc.boolean());

test('each row is stored exactly once, whatever fails', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fault, { maxLength: 6 }), async (faults) => {
      events = fakeEventTable();
      events.faults.push(...faults);
      await untilWritten();
      expect(events.counts).toEqual(once);
    }),
    { numRuns: 300 },
  );
});

test('each row reaches the view exactly once, unless the server loses rows that it acknowledged', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(faultWhere(fc.constant(false)), { maxLength: 6 }), async (faults) => {
      events = fakeEventTable();
      events.viewNames = ['default.per_day'];
      events.faults.push(...faults);
      await untilWritten();
      expect(events.counts).toEqual(once);
      expect(events.inView).toEqual(once);
    }),
    { numRuns: 300 },
  );
});

test('earlier sends in other blocks leave each row stored exactly once', async () => {
  const half = blockOf('stream-events', rowsFrom(0, 5, 20));
  await fc.assert(
    fc.asyncProperty(fault, fc.array(fault, { maxLength: 4 }), async (before, faults) => {
      events = fakeEventTable();
      events.faults.push(before);
      await writeBlock(half, contextOf(1)).catch(() => undefined);
      events.faults.push(...faults);
      await untilWritten(BLOCK, { earlierSends: 'unknown' });
      expect(events.counts).toEqual(once);
    }),
    { numRuns: 300 },
  );
});

test('the first send relies on its token and does not reconcile', async () => {
  events.present = () => Promise.reject(new Error('looked'));
  expect(await writeBlock(BLOCK, contextOf(1))).toMatchObject({ alreadyThere: 0, repaired: 0 });
  expect(events.tokens).toHaveLength(1);
});

test('acknowledged rows that the server lost are sent again under another token', async () => {
  events.faults.push({ kind: 'killed', after: 2, lost: true });
  const written = await untilWritten();
  expect(written).toMatchObject({ alreadyThere: 20, repaired: 0 });
  events = fakeEventTable();
  // Nothing was stored, but the first token is known: the repeat of the whole block is acknowledged without its rows.
  events.faults.push({ kind: 'killed', after: 0, lost: true });
  expect(await untilWritten()).toMatchObject({ alreadyThere: 0, repaired: 10 });
  const [first, second, third] = events.tokens;
  expect([second, third]).toEqual([first, `${first ?? ''}/1`]);
});

test('views that may hold rows twice after such a loss are named', async () => {
  events.viewNames = ['default.per_day'];
  events.faults.push({ kind: 'killed', after: 2, lost: true });
  expect(await untilWritten()).toMatchObject({ repaired: 10, doubtfulViews: ['default.per_day'] });
  expect(events.counts).toEqual(once);
});

test('nothing is sent while an earlier insert of the pipeline runs', async () => {
  const sentWhenAsked: number[] = [];
  events.runningInserts = () => {
    sentWhenAsked.push(events.tokens.length);
    const names = sentWhenAsked.length < 3 ? ['millrace/w/r/0/1/1/1/1'] : [];
    return Promise.resolve({ names, unasked: [] });
  };
  await writeBlock(BLOCK, contextOf(2));
  expect(sentWhenAsked).toEqual([0, 0, 0]);
  expect(events.tokens).toHaveLength(1);
});

/** A host cannot be asked until running inserts were queried this often. */
function unaskedUntil(times: number): { readonly asked: () => number } {
  let asked = 0;
  events.runningInserts = () => {
    asked += 1;
    const unasked = asked <= times ? [{ address: 'http://b:8123', why: 'ECONNREFUSED' }] : [];
    return Promise.resolve({ names: [], unasked });
  };
  return { asked: () => asked };
}

/** An earlier attempt has sent the block, and two of its table partitions are stored. */
async function someAreThere(): Promise<void> {
  events.faults.push({ kind: 'killed', after: 2, lost: false });
  await expect(writeBlock(BLOCK, contextOf(1))).rejects.toThrow();
}

test('the same block is sent at once although a host cannot be asked, because its token drops a copy', async () => {
  const { asked } = unaskedUntil(Infinity);
  expect(await writeBlock(BLOCK, contextOf(2))).toMatchObject({ alreadyThere: 0 });
  expect([asked(), events.tokens.length]).toEqual([1, 1]);
});

test('nothing is awaited if all rows exist', async () => {
  await writeBlock(BLOCK, contextOf(1));
  const { asked } = unaskedUntil(Infinity);
  expect(await writeBlock(BLOCK, contextOf(2))).toMatchObject({ alreadyThere: ROWS });
  expect([asked(), events.tokens.length]).toEqual([1, 1]);
});

test('a part of a block waits for a host that cannot be asked, and reconciles once it answers', async () => {
  await someAreThere();
  const answers: (string | null)[] = [];
  const waiting = {
    startedMs: performance.now(),
    tell: (hosts: readonly { readonly address: string }[] | null) => {
      answers.push(hosts?.[0]?.address ?? null);
      // Rows of the insert on that host, which arrive during the wait.
      if (hosts) void events.insert(TABLE, BLOCK, { token: events.tokens[0]! } as never);
    },
  };
  const { asked } = unaskedUntil(3);
  const late = writeBlock(BLOCK, { ...contextOf(2), waiting });
  expect(await late).toMatchObject({ alreadyThere: ROWS });
  expect(asked()).toBe(4);
  expect(events.counts).toEqual(once);
  expect(answers).toEqual(['http://b:8123', null]);
});

test('a block whose rows may exist in other blocks waits for a host that cannot be asked', async () => {
  const { asked } = unaskedUntil(2);
  await writeBlock(BLOCK, contextOf(1, { earlierSends: 'unknown' }));
  expect(asked()).toBe(3);
});

test('a host that cannot be asked is awaited no longer than an insert can run', async () => {
  await someAreThere();
  const { asked } = unaskedUntil(Infinity);
  const waiting = { startedMs: performance.now() - INSERT_GONE_MS, tell: () => undefined };
  expect(await writeBlock(BLOCK, { ...contextOf(2), waiting })).toMatchObject({ alreadyThere: 20 });
  expect(asked()).toBe(2);
});

test('every send first checks that this attempt is current', async () => {
  events.faults.push({ kind: 'killed', after: 0, lost: true });
  await untilWritten();
  expect(sends).toBe(events.tokens.length);
});

test('for a table that can be reconciled, an insert can ask whether the table has rows of the block', async () => {
  const answers: unknown[] = [];
  const { insert } = events;
  events.insert = async (table, block, options) => {
    answers.push(await options.isUntouched?.());
    const answer = await insert(table, block, options);
    answers.push(await options.isUntouched?.());
    return answer;
  };
  await writeBlock(BLOCK, contextOf(1));
  expect(answers).toEqual([true, false]);
  await writeBlock(BLOCK, contextOf(1, { findable: false }));
  expect(answers.slice(2)).toEqual([undefined, undefined]);
});

test('a table that cannot be reconciled gets the whole block again under its token', async () => {
  events.present = () => Promise.reject(new Error('looked'));
  events.faults.push({ kind: 'answer-lost' });
  await untilWritten(BLOCK, { findable: false });
  expect(new Set(events.tokens).size).toBe(1);
  expect(events.counts).toEqual(once);
});

const refusal = (code: number) => ({ ...NETWORK_ERROR, kind: 'server' as const, code });

test.each([
  [241, 'shrink'],
  [469, 'bisect'],
  [16, 'refresh'],
])('error %i before anything is stored asks for a re-split: %s', async (code, action) => {
  events.faults.push({ kind: 'refused', error: refusal(code) });
  expect(await writeBlock(BLOCK, contextOf(1))).toMatchObject({ kind: 'refused', action });
});

test('a refusal of missing rows concerns only those, and names the rows that were sent', async () => {
  events.faults.push({ kind: 'killed', after: 2, lost: false });
  await expect(writeBlock(BLOCK, contextOf(1))).rejects.toThrow('no answer');
  events.faults.push({ kind: 'refused', error: { ...refusal(469), row: 0 } });
  const written = await writeBlock(BLOCK, contextOf(2));
  expect(written).toMatchObject({ kind: 'refused', action: 'bisect', sent: { rows: 30 } });
});

test('a view that refuses gets the same block until it is fixed, and then source and view agree', async () => {
  events.viewNames = ['default.per_day'];
  const error = { ...refusal(395), view: 'default.per_day' };
  events.faults.push({ kind: 'view-refused', error }, { kind: 'view-refused', error });
  await untilWritten();
  expect(new Set(events.tokens).size).toBe(1);
  expect(events.counts).toEqual(once);
  expect(events.inView).toEqual(once);
});

test('a memory limit behind a view causes no re-split once the table has rows', async () => {
  events.viewNames = ['default.per_day'];
  events.faults.push({ kind: 'view-refused', error: refusal(241) });
  await untilWritten();
  expect(events.inView).toEqual(once);
});

test('a table that loses rows by itself stops the block with a reason', async () => {
  events.present = () => Promise.resolve({ size: 0, has: () => false });
  await expect(writeBlock(BLOCK, contextOf(2))).rejects.toThrow(
    /still missing from .* acknowledged 10 inserts/,
  );
});
