// Promise: a replica of the same table is that table, whatever its UUID, and a recreated table is a different one, whatever its
// path. State that was written before Keeper's node was known causes only the holds that it caused then.
import { expect, test } from 'vitest';
import { foldBatch } from '../../../../src/domain/planning/fold-batch.js';
import { nextStep } from '../../../../src/domain/planning/next-step.js';
import { isSameTable } from '../../../../src/domain/table/identity.js';
import { tableRecreated } from '../../../../src/domain/holds/table-replaced.js';
import { allDone, aPlan, aState, RUN } from '../../../support/pipeline-builders.js';

const NODE = '/clickhouse/tables/shop/events@17';
const FIRST = { tableId: 'uuid-1', replicatedId: NODE };
const TABLE = { database: 'shop', table: 'events' };

test.each([
  { found: { tableId: 'uuid-1' }, isSame: true },
  { found: { tableId: 'uuid-2' }, isSame: false },
  { found: { tableId: 'uuid-2', replicatedId: NODE }, isSame: true },
  { found: { tableId: 'uuid-2', replicatedId: `${NODE}8` }, isSame: false },
  { found: { tableId: 'uuid-1', replicatedId: `${NODE}8` }, isSame: true },
])('$found is the known table: $isSame', ({ found, isSame }) => {
  expect(isSameTable(FIRST, found)).toBe(isSame);
});

test('the UUID decides if only the UUID is known', () => {
  expect(isSameTable({ tableId: 'uuid-1' }, FIRST)).toBe(true);
  expect(isSameTable({ tableId: 'uuid-1' }, { tableId: 'uuid-2', replicatedId: NODE })).toBe(false);
  expect(isSameTable({ tableId: 'uuid-1' }, { tableId: 'uuid-2' })).toBe(false);
});

test('a hold says that the table may be another replica if that is unknown', () => {
  const found = { tableId: 'uuid-2', replicatedId: NODE };
  const detail = tableRecreated(TABLE, { tableId: 'uuid-1' }, found);
  expect(detail).toContain(
    'id uuid-2 at /clickhouse/tables/shop/events@17 in Keeper, previously uuid-1',
  );
  expect(detail).toContain('another replica of the same table');
  expect(tableRecreated(TABLE, { tableId: 'uuid-1' }, { tableId: 'uuid-2' })).not.toContain(
    'replica',
  );
});

test("a pipeline learns Keeper's node from a batch, and its later plans carry it", () => {
  const plan = aPlan([[0, 0, 5]]);
  expect(JSON.stringify(plan)).not.toContain('replicatedId');
  const outcome = { ...allDone(plan), replicatedId: NODE };
  const learned = foldBatch(aState([10]), plan, outcome, 0);
  expect(learned.target).toMatchObject({ tableId: 'table-1', replicatedId: NODE });
  const step = nextStep(learned, 0, { ...RUN, due: true, lookedAtMs: null });
  expect(step).toMatchObject({ kind: 'ingest', plan: { tableId: 'table-1', replicatedId: NODE } });
  // A decision has replaced the table since the batch was planned.
  const decided = { ...aState([10]), target: { ...aState([10]).target, tableId: 'table-2' } };
  expect(foldBatch(decided, plan, outcome, 0).target.replicatedId).toBeUndefined();
});
