// Promise: reconcile finds exactly the offsets of a block that the table holds, whatever else is in the table. Checked by
// property: random subsets of random blocks are in the table, among other topics, epochs, partitions, duplicated rows and holes.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  blockOf,
  DAY,
  insertId,
  JANUARY,
  rowsFrom,
  sendOptions,
  type TestRow,
} from '../../support/clickhouse-blocks.js';
import { openSharedDatabase } from '../../support/clickhouse-shared.js';
import { startProxy } from '../../support/clickhouse-proxy.js';
import type { TestDatabase } from '../../support/clickhouse-tables.js';
import { aLog } from '../../support/pipeline-builders.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await openSharedDatabase();
});

afterAll(async () => {
  await database.close();
});

async function made(name: string) {
  const table = database.table(name);
  await database.clickhouse.tables.prepare(table, { lanes: 1, durability: 'server' });
  return table;
}

/** Rows of one block: partitions ascending, offsets ascending with holes, one epoch per partition. */
const blockRows = fc
  .uniqueArray(fc.record({ partition: fc.nat(3), offset: fc.nat(40), day: fc.nat(90) }), {
    minLength: 1,
    maxLength: 60,
    selector: ({ partition, offset }) => `${partition}/${offset}`,
  })
  .map((rows) =>
    rows
      .map(({ day, ...row }): TestRow => ({
        ...row,
        epoch: row.partition % 2,
        time: JANUARY + day * DAY,
      }))
      .sort((a, b) => a.partition - b.partition || a.offset - b.offset),
  );

test('reconcile finds exactly the offsets that are in the table', async () => {
  const { events } = database.clickhouse;
  const table = await made('property');
  let run = 0;
  await fc.assert(
    fc.asyncProperty(blockRows, fc.infiniteStream(fc.boolean()), async (rows, coins) => {
      run += 1;
      const topic = `topic-${run}`;
      const there = rows.filter(() => coins.next().value as boolean);
      const insert = (of: string, some: readonly TestRow[], token: string) =>
        some.length === 0
          ? Promise.resolve()
          : events.insert(table, blockOf(of, some), sendOptions(`${topic}/${token}`));
      await insert(topic, there, 'there');
      await insert(topic, there.slice(0, 5), 'doubled');
      await insert(`${topic}-other`, rows, 'other topic');
      await insert(
        topic,
        rows.map((row) => ({ ...row, epoch: 7 })),
        'other epoch',
      );
      await insert(
        topic,
        rows.map((row) => ({ ...row, offset: row.offset + 1_000 })),
        'beyond',
      );
      const found = await events.present(table, aLog(topic), blockOf(topic, rows));
      expect(found.size).toBe(there.length);
      const isThere = new Set(there);
      for (const row of rows) expect(found.has(row.partition, row.offset)).toBe(isThere.has(row));
    }),
    { numRuns: 25 },
  );
});

test('reconcile finds nothing for a block without rows or without rows in the table', async () => {
  const table = await made('empty');
  const { events } = database.clickhouse;
  expect((await events.present(table, aLog('topic'), blockOf('topic', []))).size).toBe(0);
  const block = blockOf('topic', rowsFrom(0, 0, 10));
  expect((await events.present(table, aLog('topic'), block)).size).toBe(0);
});

test('reconcile covers a whole block of a thousand partitions with ten thousand holes', async () => {
  const table = await made('many');
  const { events } = database.clickhouse;
  const rows = Array.from({ length: 1_000 }, (_, partition) =>
    Array.from({ length: 10 }, (_, index) => ({ partition, offset: 10 ** 12 + index * 3 })),
  ).flat();
  const block = blockOf('topic', rows);
  expect(block.spans).toHaveLength(10_000);
  await events.insert(
    table,
    blockOf(
      'topic',
      rows.filter(({ partition }) => partition !== 500),
    ),
    sendOptions('T'),
  );
  const found = await events.present(table, aLog('topic'), block);
  expect(found.size).toBe(9_990);
  expect(found.has(999, 10 ** 12 + 27)).toBe(true);
  expect(found.has(999, 10 ** 12 + 26)).toBe(false);
  expect(found.has(500, 10 ** 12)).toBe(false);
});

test('a profile that limits results never hides a row', async () => {
  const table = await made('limited');
  const block = blockOf('topic', rowsFrom(0, 0, 1_000));
  await database.clickhouse.events.insert(table, block, sendOptions('T'));
  const profiles: readonly Record<string, string>[] = [
    { limit: '10' },
    { offset: '10' },
    { max_result_rows: '10', result_overflow_mode: 'break', max_block_size: '10' },
    { max_rows_to_read: '10', read_overflow_mode: 'break', max_block_size: '10' },
  ];
  for (const profile of profiles) {
    const proxy = await startProxy(database.url, { profile });
    const clickhouse = database.connect({ url: proxy.url });
    expect((await clickhouse.events.present(table, aLog('topic'), block)).size).toBe(1_000);
    expect((await clickhouse.tables.extents(table, 'topic')).rows).toHaveLength(1);
    await clickhouse.close();
    await proxy.close();
  }
});

test('lineage identifies rows of other origin and the newest rows', async () => {
  const table = await made('origins');
  const { events, tables } = database.clickhouse;
  expect(await tables.rowsOfOtherOrigin(table, 'topic')).toBe(0);
  expect(await tables.extents(table, 'topic')).toEqual({ rows: [], letters: [] });
  const rows = [
    ...rowsFrom(0, 0, 10),
    ...rowsFrom(1, 900, 10).map((row) => ({ ...row, epoch: 1 })),
    ...rowsFrom(1, 5, 3).map((row) => ({ ...row, epoch: 2 })),
    { partition: 2, offset: Number.MAX_SAFE_INTEGER },
  ];
  await events.insert(table, blockOf('topic', rows), sendOptions('T'));
  await events.insert(table, blockOf('other', rowsFrom(0, 0, 7)), sendOptions('O'));
  await database.sql(
    `INSERT INTO ${database.name}.origins (event_id, timestamp) VALUES ('by hand', now())`,
  );
  expect(await tables.rowsOfOtherOrigin(table, 'topic')).toBe(8);
  const most = Number.MAX_SAFE_INTEGER;
  expect((await tables.extents(table, 'topic')).rows).toEqual([
    { topicId: '', partition: 0, epoch: 0, first: 0, end: 10, count: 10 },
    { topicId: '', partition: 1, epoch: 1, first: 900, end: 910, count: 10 },
    { topicId: '', partition: 1, epoch: 2, first: 5, end: 8, count: 3 },
    { topicId: '', partition: 2, epoch: 0, first: most, end: most + 1, count: 1 },
  ]);
});

test('every row of a table without lineage is of unknown origin', async () => {
  await database.sql(
    `CREATE TABLE ${database.name}.bare (event_id String, timestamp DateTime) ENGINE = MergeTree ORDER BY event_id`,
  );
  await database.sql(`INSERT INTO ${database.name}.bare SELECT 'x', now() FROM numbers(5)`);
  expect(await database.clickhouse.tables.rowsOfOtherOrigin(database.table('bare'), 'topic')).toBe(
    5,
  );
});

test('a running insert is visible to later attempts of its lane and to nobody else', async () => {
  const table = await made('slow');
  const { events } = database.clickhouse;
  await database.sql(
    `CREATE MATERIALIZED VIEW ${database.name}.slow_view ENGINE = Null AS SELECT sleepEachRow(1) AS s FROM ${database.name}.slow`,
  );
  // It would run for minutes, and is killed once everyone has asked.
  const profile = { function_sleep_max_microseconds_per_block: '0' };
  const proxy = await startProxy(database.url, { profile });
  const id = insertId({ workflowId: 'orders/eu 1', lane: 3 });
  const sending = database
    .connect({ url: proxy.url })
    .events.insert(table, blockOf('topic', rowsFrom(0, 0, 100)), { ...sendOptions('T'), id });
  const ended = expect(sending).rejects.toMatchObject({ error: { code: 394 } });
  const seenBy = async (other: Partial<typeof id>) =>
    (await events.runningInserts({ ...id, ...other })).names;
  await expect.poll(() => seenBy({ attempt: 2 })).toHaveLength(1);
  expect(await seenBy({ attempt: 2 })).toEqual([
    `millrace/orders%2Feu%201/run-1/3/1/1/1/${id.send}`,
  ]);
  // A new or reset run waits for every lane of the old one.
  expect(await seenBy({ runId: 'run-2', lane: 0 })).toHaveLength(1);
  expect(await seenBy({ batch: 2 })).toHaveLength(1);
  expect(await seenBy({ lane: 1 })).toEqual([]);
  expect(await seenBy({})).toEqual([]);
  for (const workflowId of ['orders', 'orders/eu', 'orders/eu 10', 'orders/eu 1/run-1']) {
    expect(await seenBy({ workflowId, runId: 'run-2' })).toEqual([]);
  }
  await database.sql(`KILL QUERY WHERE query_id LIKE '%/${id.send}' SYNC`);
  await ended;
  expect(await seenBy({ attempt: 2 })).toEqual([]);
  await proxy.close();
});
