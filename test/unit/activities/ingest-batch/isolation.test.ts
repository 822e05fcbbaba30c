// Promise: whatever error number a table refuses rows with, isolation ends after a bounded number of plans: invalid rows become
// dead letters, and valid ones become rows, each once. If the table is at fault rather than rows, it is a hold without dead
// letters. Checked by property, with the product's own planning and folding over a table that refuses.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InsertError } from '../../../../src/domain/insert-failures/insert-error.js';
import {
  ISOLATED_AT_ONCE,
  MAX_REFUSED_IN_A_ROW,
  REJECTIONS_TOLERATED,
  REPEATS_BEFORE_HOLD,
} from '../../../../src/domain/limits.js';
import { resolveHold } from '../../../../src/domain/planning/resolve-hold.js';
import { createFakePipeline, type FakePipeline } from '../../../support/fake-pipeline.js';
import { fakeEventTable, type FakeEventTable } from '../../../support/fake-event-table.js';
import { anInsertError } from '../../../support/insert-errors.js';
import { aSettings, aState, NOW_MS } from '../../../support/pipeline-builders.js';

const UUID = anInsertError({ code: 376, message: 'ClickHouse error 376 CANNOT_PARSE_UUID' });
const CONSTRAINT = anInsertError({
  code: 469,
  message: 'ClickHouse error 469 VIOLATED_CONSTRAINT',
});
const TOO_LONG = anInsertError({ code: 131, message: 'ClickHouse error 131' });

interface Moved extends FakePipeline {
  readonly events: FakeEventTable;
  /** Plans with the refused rows. */
  readonly isRow: (row: string) => boolean;
}

async function moved(
  ends: readonly number[],
  refuse: (row: string) => InsertError | null,
  maxRows = 10_000,
): Promise<Moved> {
  const events = fakeEventTable();
  events.refuse = refuse;
  const batch = { maxRows, maxBytes: 67_108_864, intervalSeconds: 10 };
  const state = aState(ends, { settings: aSettings({ batch }) });
  const pipeline = createFakePipeline({ state, events });
  await pipeline.run();
  return Object.assign(pipeline, { events, isRow: (row: string) => events.counts.has(row) });
}

const offsetOf = (row: string) => Number(row.split('/')[1]);
const refusing =
  (bad: ReadonlySet<number>, error = UUID) =>
  (row: string) =>
    bad.has(offsetOf(row)) ? error : null;

function expectDecided({ events, letters }: Moved, rows: number, bad: ReadonlySet<number>): void {
  expect(letters.map(offsetOf)).toEqual([...bad].toSorted((a, b) => a - b));
  expect(events.counts.size).toBe(rows - bad.size);
  expect([...events.counts.values()].every((times) => times === 1)).toBe(true);
}

test.each([
  ['that is unknown', UUID],
  ['that altered columns also cause', TOO_LONG],
  ['that is about values', CONSTRAINT],
])('rows refused with a number %s are found, wherever they are', async (_, error) => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat(1_499), { maxLength: 6 }), async (offsets) => {
      const bad = new Set(offsets);
      const pipeline = await moved([1_500], refusing(bad, error));
      expectDecided(pipeline, 1_500, bad);
      expect(pipeline.state.holds).toEqual([]);
      // Halving from 1,500 to 16 takes 7 plans, and sending one by one takes another one.
      expect(pipeline.plans.length).toBeLessThanOrEqual(1 + 8 * bad.size);
      // An error must repeat before it is attributed to the first row, but not again for each of the others.
      expect(pipeline.attempts).toBeLessThanOrEqual(pipeline.plans.length + 2);
    }),
    { numRuns: 20 },
  );
});

test('a burst of refused rows below the threshold for a wrong table is isolated', async () => {
  const bad = new Set(Array.from({ length: MAX_REFUSED_IN_A_ROW }, (_, n) => 500 + n));
  const pipeline = await moved([1_000], refusing(bad));
  expectDecided(pipeline, 1_000, bad);
});

test('a table that refuses every row is held without a dead letter', async () => {
  const pipeline = await moved([1_000], () => UUID);
  expect(pipeline.letters).toEqual([]);
  expect(pipeline.events.counts.size).toBe(0);
  expect(pipeline.state.holds.map(({ hold }) => hold)).toMatchObject([
    {
      reason: 'TableRefuses',
      range: { partition: 0, first: '0', end: '1000' },
      detail: expect.stringContaining(
        `${REPEATS_BEFORE_HOLD} attempts in a row to write these records into default.stream_events ended with ClickHouse error 376 CANNOT_PARSE_UUID`,
      ) as string,
    },
  ]);
});

test('a table that begins to refuse rows is held at that point', async () => {
  const pipeline = await moved([2_000], (row) => (offsetOf(row) >= 1_700 ? UUID : null));
  expect(pipeline.letters).toEqual([]);
  expect(pipeline.events.counts.size).toBe(1_700);
  expect(pipeline.state.holds[0]?.hold.range).toMatchObject({ first: '1700' });
});

test('a wrong table is detected across batches of single records, after one dead letter', async () => {
  const pipeline = await moved([1_000], () => UUID, 1);
  expect(pipeline.letters).toEqual(['0/0']);
  expect(pipeline.state.holds.length).toBe(1);
});

test('a small batch that the table refuses completely makes no dead letters', async () => {
  const pipeline = await moved([2, 3], () => UUID);
  expect(pipeline.letters).toEqual([]);
  expect(pipeline.state.holds.map(({ hold }) => hold.partition)).toEqual([0, 1]);
});

test('a small batch that the table refuses in part makes dead letters of the refused records', async () => {
  const pipeline = await moved([4], (row) => (row === '0/3' ? null : UUID));
  expectDecided(pipeline, 4, new Set([0, 1, 2]));
});

test('refusals because of values are tolerated in the same number as rejections by the contract', async () => {
  const pipeline = await moved([3_000], () => CONSTRAINT);
  expect(pipeline.letters.length).toBe(REJECTIONS_TOLERATED);
  expect(pipeline.state.holds[0]?.hold).toMatchObject({
    reason: 'TableRefuses',
    detail: expect.stringMatching(/refused 1001 of 1001 rows.*469/) as string,
  });
  const windows = Math.ceil(REJECTIONS_TOLERATED / ISOLATED_AT_ONCE);
  expect(pipeline.plans.length).toBeLessThan(windows * 15);
});

test('rows that a table refuses because it was altered during a batch become no dead letters', async () => {
  for (const error of [CONSTRAINT, UUID, TOO_LONG]) {
    const events = fakeEventTable();
    events.refuse = () => error;
    const state = aState([1]);
    const columns = state.target.columns.slice(1);
    const pipeline = createFakePipeline({ state, events, columns });
    await pipeline.run();
    expect(pipeline.letters).toEqual([]);
    expect(pipeline.state.holds.map(({ hold }) => hold.reason)).toEqual(['TableChanged']);
  }
});

test('a temporary failure makes no dead letters, whatever its number', async () => {
  let failures = 0;
  const pipeline = await moved([1_000], () => (++failures <= 5 ? UUID : null));
  expectDecided(pipeline, 1_000, new Set());
});

test('after `continue` refused records become dead letters, in that range only', async () => {
  const pipeline = await moved([600], () => UUID);
  expect(pipeline.state.holds.length).toBe(1);
  const decided = resolveHold(
    pipeline.state,
    { partition: 0, action: 'continue' },
    { inHand: [], nowMs: NOW_MS },
  );
  if (decided.kind === 'refused') throw new Error(decided.why);
  pipeline.state = decided.state;
  pipeline.events.refuse = (row) => (offsetOf(row) % 3 === 0 || offsetOf(row) < 100 ? UUID : null);
  await pipeline.run();
  expect(pipeline.letters.length + pipeline.events.counts.size).toBe(600);
  expect(pipeline.state.holds).toEqual([]);
  const columns = pipeline.state.partitions;
  pipeline.state = { ...pipeline.state, partitions: { ...columns, end: ['900'] } };
  pipeline.events.refuse = () => UUID;
  await pipeline.run();
  expect(pipeline.state.holds[0]?.hold.range).toMatchObject({ first: '600', end: '900' });
});

test('the other partitions of a batch continue while one is held', async () => {
  const pipeline = await moved([100, 100], (row) => (row.startsWith('0/') ? UUID : null));
  expect(pipeline.state.holds.map(({ hold }) => hold.partition)).toEqual([0]);
  expect(pipeline.events.counts.size).toBe(100);
  expect(pipeline.isRow('1/99')).toBe(true);
});

test('a view that refuses holds the rest of the batch as one plan, whose blocks are sent again unchanged', async () => {
  const events = fakeEventTable();
  const view = 'db.view';
  events.viewNames = [view];
  const error = anInsertError({ code: 395, view, message: 'ClickHouse error 395' });
  events.faults.push(
    ...Array.from({ length: 10 }, () => ({ kind: 'view-refused' as const, error })),
  );
  const pipeline = createFakePipeline({ state: aState([30, 30]), events });
  await pipeline.run();
  expect(pipeline.state.holds.map(({ hold }) => [hold.partition, hold.view])).toEqual([
    [0, view],
    [1, view],
  ]);
  const input = { partition: 1, action: 'retry' } as const;
  const decided = resolveHold(pipeline.state, input, { inHand: [], nowMs: NOW_MS });
  if (decided.kind === 'refused') throw new Error(decided.why);
  expect(decided.state.holds).toEqual([]);
  expect(decided.state.pending.length).toBe(1);
  pipeline.state = decided.state;
  await pipeline.run();
  expect(events.inView.size).toBe(60);
  expect([...events.counts.values(), ...events.inView.values()].every((n) => n === 1)).toBe(true);
});

test('after `continue` rows stay in the table without their view, and a warning names it', async () => {
  const events = fakeEventTable();
  const view = 'db.view';
  events.viewNames = [view];
  const error = anInsertError({ code: 395, view, message: 'ClickHouse error 395' });
  const refuses = { kind: 'view-refused' as const, error };
  events.faults.push(...Array.from({ length: 12 }, () => refuses));
  const pipeline = createFakePipeline({ state: aState([5, 5]), events });
  await pipeline.run();
  const input = { partition: 0, action: 'continue' } as const;
  const decided = resolveHold(pipeline.state, input, { inHand: [], nowMs: NOW_MS });
  if (decided.kind === 'refused') throw new Error(decided.why);
  pipeline.state = decided.state;
  await pipeline.run();
  expect(pipeline.state.partitions.cursor).toEqual(['5', '5']);
  expect(events.counts.size).toBe(10);
  expect(pipeline.letters).toEqual([]);
  expect(pipeline.state.warnings.join()).toContain('db.view does not have 10 rows of');
});
