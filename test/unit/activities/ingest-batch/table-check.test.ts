// Promise: before each batch the table is compared with the planned one, with one query. It is described again only if that
// shows a change or some time has passed, and a change that removes something holds the batch. Checked over a directory that
// counts its queries.
import { expect, test } from 'vitest';
import { checkTable } from '../../../../src/activities/ingest-batch/table-check.js';
import type { FoundTable } from '../../../../src/domain/table/found-table.js';
import { withFoundTarget } from '../../../../src/domain/planning/table-refresh.js';
import type { PresentTable, TableDirectory } from '../../../../src/domain/ports/table-directory.js';
import { aPlan, aResolution, aState } from '../../../support/pipeline-builders.js';

const { target } = aResolution([0]);
const HOUR_MS = 3_600_000;
const plan = aPlan([[0, 0, 10]], { tableVersion: 'v1', describeAfterMs: Date.now() + HOUR_MS });

async function check(
  identity: Partial<PresentTable> | null,
  found: Partial<FoundTable> | null = {},
  changes: Partial<typeof plan> = {},
) {
  let described = 0;
  const tables = {
    identify: async () => identity && { tableId: 'table-1', version: 'v1', ...identity },
    describe: async () => {
      described += 1;
      const nothing = { unfilled: [], notDurable: null, changedAtMs: null };
      return found && { target: { ...target, columns: plan.cut.columns }, ...nothing, ...found };
    },
    prepare: async () => ({ target: found?.target ?? target, warnings: [] }),
  } as unknown as TableDirectory;
  return { ...(await checkTable({ ...plan, ...changes }, tables)), described };
}

test('an unchanged table costs one query', async () => {
  expect(await check({})).toEqual({ held: null, described: 0 });
});

test.each([
  ['its version has changed', { version: 'v2' }, {}],
  ['some time has passed', {}, { describeAfterMs: Date.now() - 1 }],
  [
    'the plan is of an earlier release',
    {},
    { tableVersion: undefined, describeAfterMs: undefined },
  ],
])('a table is described again for later plans if %s', async (_, identity, changes) => {
  const found = { target: { ...target, columns: [...plan.cut.columns, 'more'] } };
  expect(await check(identity, found, changes)).toEqual({
    held: null,
    found: found.target,
    described: 1,
  });
});

test('a missing column holds all partitions of the batch', async () => {
  const less = { ...target, columns: plan.cut.columns.slice(1) };
  const { held } = await check({ version: 'v2' }, { target: less });
  expect(held).toMatchObject({
    reason: 'TableChanged',
    partitions: [0],
    foundTarget: less,
    givesUp: { columns: plan.cut.columns.slice(0, 1) },
  });
});

test('another table under the name counts as replaced, whatever it stores', async () => {
  const other = { ...target, tableId: 'table-2', columns: [] };
  const { held } = await check({ tableId: 'table-2' }, { target: other });
  expect(held).toMatchObject({ reason: 'TableReplaced', foundTarget: other });
});

test('another replica of the table is described under the identity that the state keeps', async () => {
  const known = { replicatedId: 'node@1' };
  const there = { tableId: 'uuid-of-replica-2', replicatedId: 'node@1' };
  const replica = { ...target, ...there, columns: plan.cut.columns };
  const { held, found } = await check({ ...there, version: 'v2' }, { target: replica }, known);
  expect(held).toBeNull();
  // Otherwise the state would not store the result, and the table would be described for each batch.
  expect(found).toMatchObject({ tableId: plan.tableId, replicatedId: 'node@1' });
  expect(withFoundTarget(aState([1]), found).target).toBe(found);
});

test('a table that was replaced while it was described is checked again by the next attempt', async () => {
  const other = { ...target, tableId: 'table-2' };
  await expect(check({ version: 'v2' }, { target: other })).rejects.toThrow('checks again');
});

test('a missing table is left to the insert to report', async () => {
  expect(await check(null)).toEqual({ held: null, described: 0 });
  expect(await check({ version: 'v2' }, null)).toEqual({ held: null, described: 1 });
});
