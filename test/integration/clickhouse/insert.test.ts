// Promise: one block is one INSERT, and a repeat under its token adds nothing, whatever the columns' types and names. Checked
// against the rows and parts that the real server then has.
import { Buffer } from 'node:buffer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Block } from '../../../src/domain/blocks/block.js';
import { InsertFailed } from '../../../src/domain/insert-failures/insert-error.js';
import type { TableName } from '../../../src/domain/table/table-name.js';
import { blockOf, DAY, JANUARY, rowsFrom, sendOptions } from '../../support/clickhouse-blocks.js';
import { startProxy } from '../../support/clickhouse-proxy.js';
import { openSharedDatabase } from '../../support/clickhouse-shared.js';
import type { TestDatabase } from '../../support/clickhouse-tables.js';
import { aLog } from '../../support/pipeline-builders.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await openSharedDatabase();
});

afterAll(async () => {
  await database.close();
});

const count = async (table: string) => {
  const [row] = await database.rows<{ rows: string; offsets: string; parts: string }>(
    `SELECT toString(count()) AS rows, toString(uniqExact(_partition, _offset)) AS offsets, toString(uniqExact(_part)) AS parts FROM ${database.name}.${table}`,
  );
  return { rows: Number(row?.rows), offsets: Number(row?.offsets), parts: Number(row?.parts) };
};

async function made(table: string) {
  await database.clickhouse.tables.prepare(database.table(table), {
    lanes: 2,
    durability: 'server',
  });
  return database.table(table);
}

test('a block becomes one part per table partition, and repeats of it add nothing', async () => {
  const { events } = database.clickhouse;
  const table = await made('repeats');
  const rows = [...rowsFrom(0, 0, 5_000), ...rowsFrom(1, 70, 10)].map((row, index) => ({
    ...row,
    time: JANUARY + (index % 3) * 31 * DAY,
  }));
  const block = blockOf('topic', rows);
  for (let send = 0; send < 3; send++) {
    const { writtenRows } = await events.insert(table, block, sendOptions('T'));
    expect(writtenRows).toBe(block.rows);
  }
  expect(await count('repeats')).toEqual({ rows: 5_010, offsets: 5_010, parts: 3 });
  await events.insert(table, block, sendOptions('another'));
  expect((await count('repeats')).rows).toBe(10_020);
});

test('four concurrent sends of one token insert one block', async () => {
  const table = await made('together');
  const block = blockOf('topic', rowsFrom(0, 0, 20_000));
  await Promise.all(
    [1, 2, 3, 4].map(() => database.clickhouse.events.insert(table, block, sendOptions('T'))),
  );
  expect(await count('together')).toMatchObject({ rows: 20_000, offsets: 20_000 });
});

test('values are stored as they were sent if the columns have other types', async () => {
  await database.sql(
    `CREATE TABLE ${database.name}.typed (
       event_id LowCardinality(String), event_type Nullable(String), timestamp DateTime64(6, 'UTC'), payload String,
       source LowCardinality(Nullable(String)), metadata String,
       _topic LowCardinality(String), _epoch UInt64, _partition Nullable(UInt64), _offset UInt128
     ) ENGINE = MergeTree ORDER BY tuple() SETTINGS non_replicated_deduplication_window = 1000`,
  );
  const table = await made('typed');
  const block = blockOf('topic', [{ partition: 3, offset: 2 ** 52, time: JANUARY, epoch: 7 }]);
  await database.clickhouse.events.insert(table, block, sendOptions('T'));
  expect(
    await database.rows(
      `SELECT event_id, event_type, toString(timestamp) AS timestamp, source, _topic, toString(_epoch) AS _epoch, toString(_partition) AS _partition, toString(_offset) AS _offset FROM ${database.name}.typed`,
    ),
  ).toEqual([
    {
      event_id: `3-${2 ** 52}`,
      event_type: 'click',
      timestamp: '2026-01-01 00:00:00.000000',
      source: 'web',
      _topic: 'topic',
      _epoch: '7',
      _partition: '3',
      _offset: String(2 ** 52),
    },
  ]);
  expect((await database.clickhouse.events.present(table, aLog('topic'), block)).size).toBe(1);
});

test('names and topics that need quotes are written and found', async () => {
  const odd = await openSharedDatabase({ name: 'o\'d`d\\ "ü' });
  try {
    const table = odd.table("t'a`b\\l.e {x:String} ж");
    const topic = "to'p`i\\c\n\t{x:String} ж🙂";
    const { tables, events, deadLetters } = odd.clickhouse;
    await tables.prepare(table, { lanes: 1, durability: 'server' });
    const block = blockOf(topic, rowsFrom(0, 0, 10));
    await events.insert(table, block, sendOptions(`tok'en\\ ${topic}`));
    expect((await events.present(table, aLog(topic), block)).size).toBe(10);
    expect((await events.present(table, aLog('topic'), block)).size).toBe(0);
    expect(await tables.rowsOfOtherOrigin(table, topic)).toBe(0);
    expect(await tables.rowsOfOtherOrigin(table, 'topic')).toBe(10);
    expect((await tables.extents(table, topic)).rows).toMatchObject([
      { topicId: '', partition: 0, epoch: 0, first: 0, end: 10, count: 10 },
    ]);
    expect(await deadLetters.known(table, aLog(topic), block.spans)).toEqual([]);
  } finally {
    await odd.close();
  }
});

/** Sends through a connection whose user has these settings in its profile. */
async function sendTwice(table: TableName, block: Block, profile: Record<string, string>) {
  const proxy = await startProxy(database.url, { profile });
  const clickhouse = database.connect({ url: proxy.url });
  try {
    for (let send = 0; send < 2; send++)
      await clickhouse.events.insert(table, block, sendOptions('T'));
  } finally {
    await clickhouse.close();
    await proxy.close();
  }
}

test.each([
  { name: 'deduplicate_insert', value: 'disable' },
  { name: 'insert_deduplicate', value: '0' },
  { name: 'async_insert', value: '1' },
])('$name = $value in the profile of the user has no effect', async ({ name, value }) => {
  const table = await made(`profile_${name}`);
  await sendTwice(table, blockOf('topic', rowsFrom(0, 0, 100)), { [name]: value });
  expect(await count(table.table)).toEqual({ rows: 100, offsets: 100, parts: 1 });
});

test('a profile that splits inserts into small blocks does not split a block of the pipeline', async () => {
  const table = await made('profile_blocks');
  await sendTwice(table, blockOf('topic', rowsFrom(0, 0, 5_000)), {
    use_strict_insert_block_limits: '1',
    max_insert_block_size: '1000',
    min_insert_block_size_rows: '10',
    min_insert_block_size_bytes: '10',
  });
  expect(await count('profile_blocks')).toEqual({ rows: 5_000, offsets: 5_000, parts: 1 });
});

test('a repeated insert adds nothing behind a view', async () => {
  const table = await made('viewed');
  const { name } = database;
  await database.sql(
    `CREATE TABLE ${name}.view_target (event_id String) ENGINE = MergeTree ORDER BY event_id SETTINGS non_replicated_deduplication_window = 1000`,
  );
  await database.sql(
    `CREATE MATERIALIZED VIEW ${name}.viewing TO ${name}.view_target AS SELECT event_id FROM ${name}.viewed`,
  );
  const profile = { deduplicate_blocks_in_dependent_materialized_views: '0' };
  await sendTwice(table, blockOf('topic', rowsFrom(0, 0, 100)), profile);
  expect((await count('viewed')).rows).toBe(100);
  expect(await database.rows(`SELECT count() AS rows FROM ${name}.view_target`)).toEqual([
    { rows: 100 },
  ]);
});

test('an invalid block inserts nothing', async () => {
  const table = await made('bad');
  const block = blockOf('topic', rowsFrom(0, 0, 100));
  const short = {
    ...block,
    columns: block.columns.map((column) =>
      column.name === '_offset' ? { ...column, data: column.data.subarray(0, 796) } : column,
    ),
  };
  const refusal = database.clickhouse.events.insert(table, short, sendOptions('T'));
  await expect(refusal).rejects.toBeInstanceOf(InsertFailed);
  expect((await count('bad')).rows).toBe(0);
  await database.clickhouse.events.insert(table, block, sendOptions('T'));
  expect((await count('bad')).rows).toBe(100);
});

test('the bytes of a value are stored unchanged', async () => {
  const table = await made('bytes');
  const payload = '{"a":"\\u0000\\n ж🙂\u2028"}';
  await database.clickhouse.events.insert(
    table,
    blockOf('topic', [{ partition: 0, offset: 0, payload }]),
    sendOptions('T'),
  );
  const [row] = await database.rows<{ hex: string }>(
    `SELECT hex(payload) AS hex FROM ${database.name}.bytes`,
  );
  expect(Buffer.from(row?.hex ?? '', 'hex').toString()).toBe(payload);
});
