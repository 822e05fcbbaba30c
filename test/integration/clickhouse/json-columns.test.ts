// Promise: JSON columns hold the strings that were sent, also those that look like dates, whether they are sent flattened or as
// text; both forms of one block are one insert under one token; a refused block is not sent again over rows that the table has committed
// of it; and rows of a partial re-send are those of the whole block.
// Checked against the rows of the real server and the statements that it has run.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Block } from '../../../src/domain/blocks/block.js';
import { selectRows } from '../../../src/domain/blocks/select-rows.js';
import { blockOf, rowsFrom, sendOptions } from '../../support/clickhouse-blocks.js';
import { startProxy } from '../../support/clickhouse-proxy.js';
import { openSharedDatabase } from '../../support/clickhouse-shared.js';
import type { TestDatabase } from '../../support/clickhouse-tables.js';
import { flattenedColumn, jsonColumn } from '../../support/json-columns.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await openSharedDatabase();
});
afterAll(() => database.close());

const OBJECTS = [
  '{"at":"2026-01-02 03:04:05","n":1}',
  '{"at":"2026-01-02T03:04:05.678+02:00","n":2.5}',
  '{"at":"1","n":3}',
  '{"at":"1970-01-01","tags":["2026-01-02"]}',
];

async function aTable(name: string, type = 'JSON') {
  await database.sql(
    `CREATE TABLE ${database.name}.${name} (_partition UInt32, _offset UInt64, body ${type}) ` +
      'ENGINE = MergeTree ORDER BY (_partition, _offset) SETTINGS non_replicated_deduplication_window = 100',
  );
  return database.table(name);
}

function aBlock(texts: readonly string[], type = 'JSON'): Block {
  const block = blockOf('topic', rowsFrom(0, 0, texts.length));
  const lineage = block.columns.filter(({ name }) => ['_partition', '_offset'].includes(name));
  return { ...block, columns: [...lineage, jsonColumn(texts, { name: 'body', type })] };
}

const bodies = async (name: string) => {
  const rows = await database.rows<{ body: string }>(
    `SELECT toString(body) AS body FROM ${database.name}.${name} ORDER BY _offset`,
  );
  return rows.map(({ body }) => body);
};

/** A connection whose profile makes it send text. */
async function textOnly() {
  const profile = { schema_inference_make_json_columns_nullable: '1' };
  const proxy = await startProxy(database.url, { profile });
  return { events: database.connect({ url: proxy.url }).events, close: () => proxy.close() };
}

test('strings that look like dates are stored as they were sent', async () => {
  expect(await flattenedColumn(OBJECTS)).not.toBe(null);
  const { events } = database.clickhouse;
  await events.insert(await aTable('flattened'), aBlock(OBJECTS), sendOptions('T'));
  expect(await bodies('flattened')).toEqual(OBJECTS);
  const text = await textOnly();
  await text.events.insert(await aTable('as_text'), aBlock(OBJECTS), sendOptions('T'));
  await text.close();
  expect(await bodies('as_text')).toEqual(OBJECTS);
  const within = OBJECTS.map((object) => object.replace(/^/, '{"a":').replace(/$/, '}'));
  await events.insert(await aTable('within'), aBlock(within), sendOptions('T'));
  expect(await bodies('within')).toEqual(within);
});

test('one token is one insert, in whichever form it is sent', async () => {
  const table = await aTable('forms');
  const block = aBlock(OBJECTS);
  const text = await textOnly();
  for (const { events } of [database.clickhouse, text, database.clickhouse]) {
    await events.insert(table, block, sendOptions('T'));
  }
  await text.close();
  expect(await bodies('forms')).toEqual(OBJECTS);
});

test('some rows of a block are sent again as they were', async () => {
  const table = await aTable('some');
  const block = aBlock(OBJECTS);
  const { events } = database.clickhouse;
  const even = (_: number, offset: number) => offset % 2 === 0;
  await events.insert(table, selectRows(block, even), sendOptions('A'));
  expect(await bodies('some')).toEqual(OBJECTS.filter((_, row) => row % 2 === 0));
  await events.insert(
    table,
    selectRows(block, (...at) => !even(...at)),
    sendOptions('B'),
  );
  expect(await bodies('some')).toEqual(OBJECTS);
});

test('a block that is refused behind its first table partition is not repeated over those rows', async () => {
  await database.sql(
    `CREATE TABLE ${database.name}.refused (_partition UInt32, _offset UInt64, body JSON, ` +
      'INDEX i (intDiv(1, 2 - _partition)) TYPE minmax GRANULARITY 1) ' +
      'ENGINE = MergeTree PARTITION BY _partition ORDER BY _offset',
  );
  const block = blockOf(
    'topic',
    [0, 1, 2, 3].flatMap((partition) => rowsFrom(partition, 0, 1)),
  );
  const columns = [
    ...block.columns.filter(({ name }) => ['_partition', '_offset'].includes(name)),
    jsonColumn(OBJECTS, { name: 'body' }),
  ];
  const table = database.table('refused');
  const count = async () => {
    const [row] = await database.rows<{ rows: string }>(
      `SELECT toString(count()) AS rows FROM ${database.name}.refused`,
    );
    return row?.rows;
  };
  const isUntouched = async () => (await count()) === '0';
  const sending = database.clickhouse.events.insert(
    table,
    { ...block, columns },
    { ...sendOptions('T'), isUntouched },
  );
  await expect(sending).rejects.toThrow('ILLEGAL_DIVISION');
  // The row of partition 0, once.
  expect(await count()).toBe('1');
});
