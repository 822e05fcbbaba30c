// Promise: whatever becomes of sends, in the end each row of a block is in the table exactly once, and in a view behind
// it as well. Checked by property, against a table that commits table partition by table partition and may lose rows
// whose token it knows; each rule on its own below.
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

test('each row is there exactly once, whatever fails on the way', async () => {
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

test('each row is in the view behind the table exactly once, unless the server loses rows it knows', async () => {
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

test('other blocks of the same records, sent before, leave each row there exactly once', async () => {
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

test('the first send relies on its token and looks at nothing', async () => {
  events.present = () => Promise.reject(new Error('looked'));
  expect(await writeBlock(BLOCK, contextOf(1))).toMatchObject({ alreadyThere: 0, repaired: 0 });
  expect(events.tokens).toHaveLength(1);
});

test('rows that the server lost although it acknowledged them are sent again under another token', async () => {
  events.faults.push({ kind: 'killed', after: 2, lost: true });
  const written = await untilWritten();
  expect(written).toMatchObject({ alreadyThere: 20, repaired: 0 });
  events = fakeEventTable();
  // Nothing was stored, but the first token is known: the repeat of the whole block is acknowledged without it.
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

/** A host can't be asked until the inserts that run have been asked for so often. */
function unaskedUntil(times: number): { readonly asked: () => number } {
  let asked = 0;
  events.runningInserts = () => {
    asked += 1;
    const unasked = asked <= times ? [{ address: 'http://b:8123', why: 'ECONNREFUSED' }] : [];
    return Promise.resolve({ names: [], unasked });
  };
  return { asked: () => asked };
}

/** An earlier attempt has sent the block, and two of its table partitions are there. */
async function someAreThere(): Promise<void> {
  events.faults.push({ kind: 'killed', after: 2, lost: false });
  await expect(writeBlock(BLOCK, contextOf(1))).rejects.toThrow();
}

test('the same block is sent at once beside a host that can not be asked: its token drops a copy', async () => {
  const { asked } = unaskedUntil(Infinity);
  expect(await writeBlock(BLOCK, contextOf(2))).toMatchObject({ alreadyThere: 0 });
  expect([asked(), events.tokens.length]).toEqual([1, 1]);
});

test('nothing is waited for where all rows are there', async () => {
  await writeBlock(BLOCK, contextOf(1));
  const { asked } = unaskedUntil(Infinity);
  expect(await writeBlock(BLOCK, contextOf(2))).toMatchObject({ alreadyThere: ROWS });
  expect([asked(), events.tokens.length]).toEqual([1, 1]);
});

test('a part of a block waits for a host that can not be asked, and looks again once it can', async () => {
  await someAreThere();
  const told: (string | null)[] = [];
  const waiting = {
    startedMs: performance.now(),
    tell: (hosts: readonly { readonly address: string }[] | null) => {
      told.push(hosts?.[0]?.address ?? null);
      // What the insert on that host brings while it is waited for.
      if (hosts) void events.insert(TABLE, BLOCK, { token: events.tokens[0]! } as never);
    },
  };
  const { asked } = unaskedUntil(3);
  const late = writeBlock(BLOCK, { ...contextOf(2), waiting });
  expect(await late).toMatchObject({ alreadyThere: ROWS });
  expect(asked()).toBe(4);
  expect(events.counts).toEqual(once);
  expect(told).toEqual(['http://b:8123', null]);
});

test('a block whose rows may be there in other blocks waits for a host that can not be asked', async () => {
  const { asked } = unaskedUntil(2);
  await writeBlock(BLOCK, contextOf(1, { earlierSends: 'unknown' }));
  expect(asked()).toBe(3);
});

test('a host that can not be asked is waited for no longer than an insert can run', async () => {
  await someAreThere();
  const { asked } = unaskedUntil(Infinity);
  const waiting = { startedMs: performance.now() - INSERT_GONE_MS, tell: () => undefined };
  expect(await writeBlock(BLOCK, { ...contextOf(2), waiting })).toMatchObject({ alreadyThere: 20 });
  expect(asked()).toBe(2);
});

test('every send asks first whether this attempt may', async () => {
  events.faults.push({ kind: 'killed', after: 0, lost: true });
  await untilWritten();
  expect(sends).toBe(events.tokens.length);
});

test('a table whose rows can not be looked for gets the whole block again under its token', async () => {
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
])('error %i before anything is stored asks for another cut: %s', async (code, action) => {
  events.faults.push({ kind: 'refused', error: refusal(code) });
  expect(await writeBlock(BLOCK, contextOf(1))).toMatchObject({ kind: 'refused', action });
});

test('a refusal of missing rows is judged by those alone, and says which ones were sent', async () => {
  events.faults.push({ kind: 'killed', after: 2, lost: false });
  await expect(writeBlock(BLOCK, contextOf(1))).rejects.toThrow('no answer');
  events.faults.push({ kind: 'refused', error: { ...refusal(469), row: 0 } });
  const written = await writeBlock(BLOCK, contextOf(2));
  expect(written).toMatchObject({ kind: 'refused', action: 'bisect', sent: { rows: 30 } });
});

test('a view that refuses gets the same block until it heals, and then source and view agree', async () => {
  events.viewNames = ['default.per_day'];
  const error = { ...refusal(395), view: 'default.per_day' };
  events.faults.push({ kind: 'view-refused', error }, { kind: 'view-refused', error });
  await untilWritten();
  expect(new Set(events.tokens).size).toBe(1);
  expect(events.counts).toEqual(once);
  expect(events.inView).toEqual(once);
});

test('memory that ran out behind a view is no reason for another cut once the table has rows', async () => {
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
