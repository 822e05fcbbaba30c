// Promise: the guarantee of a table is derived from the table itself and from every view behind it, and each reason names its
// fix. Checked on tables of every kind that the real server has.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TableWishes } from '../../../src/domain/table/target.js';
import { openSharedDatabase } from '../../support/clickhouse-shared.js';
import type { TestDatabase } from '../../support/clickhouse-tables.js';

const WISHES: TableWishes = { lanes: 1, durability: 'server' };
const COLUMNS = `event_id String, event_type String, timestamp DateTime, payload String, source String, metadata String,
  processed_at DateTime DEFAULT now(), _topic String, _topic_id String, _epoch UInt32, _partition UInt32, _offset UInt64`;
const SORTED = 'ORDER BY (timestamp, event_id)';
const MONTHLY = `PARTITION BY toYYYYMM(timestamp) ${SORTED}`;
const WINDOW = 'SETTINGS non_replicated_deduplication_window = 10000';

let database: TestDatabase;

beforeAll(async () => {
  database = await openSharedDatabase();
});

afterAll(async () => {
  await database.close();
});

async function describe(table: string) {
  const { target } = await database.clickhouse.tables.prepare(database.table(table), WISHES);
  const { guarantee } = target;
  const why = guarantee.level === 'exactly-once' ? [] : guarantee.why;
  return { target, why, level: guarantee.level };
}

async function create(table: string, engine: string, columns = COLUMNS): Promise<void> {
  await database.sql(`CREATE TABLE ${database.name}.${table} (${columns}) ENGINE = ${engine}`);
}

test.each([
  ['plain', `MergeTree ${MONTHLY} ${WINDOW}`, []],
  ['unpartitioned', `MergeTree ${SORTED} SETTINGS non_replicated_deduplication_window = 100`, []],
  [
    'no_window',
    `MergeTree ${MONTHLY}`,
    ['remembers only the last 0 parts, but 1 lane needs 10000'],
  ],
  ['replacing', `ReplacingMergeTree ${MONTHLY} ${WINDOW}`, ['merges rows with equal keys']],
  ['summing', `SummingMergeTree ${MONTHLY} ${WINDOW}`, ['merges rows with equal keys']],
  ['logged', 'StripeLog', ['is a StripeLog: it does not deduplicate repeated inserts']],
  [
    'expiring',
    `MergeTree ${MONTHLY} TTL timestamp + INTERVAL 1 YEAR, timestamp + INTERVAL 1 MONTH RECOMPRESS CODEC(ZSTD(3)) ${WINDOW}`,
    [
      'deletes rows by TTL (timestamp + toIntervalYear(1))',
      'MODIFY TTL timestamp + toIntervalMonth(1) RECOMPRESS CODEC(ZSTD(3))',
    ],
  ],
  [
    'moving',
    `MergeTree ${MONTHLY} TTL timestamp + INTERVAL 1 DAY TO DISK 'default', timestamp + INTERVAL 2 DAY RECOMPRESS CODEC(ZSTD(3)) ${WINDOW}`,
    [],
  ],
])('a table of kind %s has the guarantee of its engine', async (table, engine, expected) => {
  await create(table, engine);
  const { why } = await describe(table);
  if (expected.length === 0) expect(why).toEqual([]);
  for (const reason of expected) expect(why.join('\n')).toContain(reason);
});

test('a table that may lose acknowledged rows carries no guarantee, and the error names the table to write into', async () => {
  const { name } = database;
  await create('behind', `MergeTree ${MONTHLY} ${WINDOW}`);
  await create('buffer', `Buffer('${name}', behind, 1, 1, 1, 1, 1, 1, 1)`);
  await create('memory', 'Memory');
  await create('nothing', 'Null');
  await create('joined', 'Join(ANY, LEFT, event_id)');
  await database.sql(
    `CREATE MATERIALIZED VIEW ${name}.from_nothing TO ${name}.behind AS SELECT * FROM ${name}.nothing`,
  );
  await database.sql(
    `CREATE MATERIALIZED VIEW ${name}.into_memory TO ${name}.memory AS SELECT * FROM ${name}.nothing`,
  );
  for (const [table, words, behind] of [
    ['buffer', 'is a Buffer: it holds new rows in memory', ` (${name}.behind)`],
    ['memory', 'is a Memory: it holds its rows in memory', ''],
    ['nothing', 'is a Null: it keeps no row', ` (${name}.behind, ${name}.memory)`],
    ['joined', 'is a Join: Millrace does not know', ''],
    ['into_memory', 'writes into a Memory', ` (${name}.memory)`],
  ] as const) {
    const { level, why } = await describe(table);
    expect([table, level]).toEqual([table, 'none']);
    expect(why[0]).toContain(words);
    if (behind !== '') expect(why[0]).toContain(`the table behind it${behind}`);
  }
  const into = await describe('from_nothing');
  expect(into.level).toBe('at-least-once');
  expect(into.why[0]).toContain(`write into the table behind it (${name}.behind)`);
});

test('a view is refused before anything is created, and the error names the table behind it', async () => {
  const { name } = database;
  await create('viewed', `MergeTree ${MONTHLY} ${WINDOW}`);
  await database.sql(
    `CREATE VIEW ${name}.seen AS SELECT * FROM (SELECT * FROM ${name}.viewed WHERE source != ' FROM a.b') AS x`,
  );
  await expect(describe('seen')).rejects.toThrow(
    `${name}.seen is a View, and rows can't be inserted into a view: write into the table behind it (${name}.viewed)`,
  );
  expect(await database.rows(`SHOW TABLES FROM ${name} LIKE 'seen_%'`)).toEqual([]);
});

test('the statement against a deleting TTL keeps the other rules and restores the guarantee', async () => {
  await create(
    'mended',
    `MergeTree ${MONTHLY} TTL timestamp + INTERVAL 1 YEAR, timestamp + INTERVAL 1 DAY TO DISK 'default' ${WINDOW}`,
  );
  const [reason = ''] = (await describe('mended')).why;
  await database.sql(reason.slice(reason.indexOf('ALTER TABLE')));
  expect((await describe('mended')).why).toEqual([]);
  const [row] = await database.rows<{ engine_full: string }>(
    `SELECT engine_full FROM system.tables WHERE database = '${database.name}' AND name = 'mended'`,
  );
  expect(row?.engine_full).toContain("TO DISK 'default'");
});

test.each([
  ['toYYYYMM(timestamp)', 'month'],
  ['toStartOfMonth(timestamp)', 'month'],
  ['toYYYYMMDD(timestamp)', 'day'],
  ['toDate(timestamp)', 'day'],
  ['toYear(timestamp)', 'year'],
  ['tuple()', 'none'],
  ['toMonday(timestamp)', 'unknown'],
  ['(toYYYYMM(timestamp), source)', 'unknown'],
  ['toYYYYMM(processed_at)', 'unknown'],
])('the partition key %s partitions by event time: %s', async (key, expected) => {
  const table = `by_${expected}_${key.replace(/\W/g, '')}`;
  await create(table, `MergeTree PARTITION BY ${key} ${SORTED} ${WINDOW}`);
  expect((await describe(table)).target.tablePartition).toBe(expected);
});

test('every view behind a table counts, including those behind the targets of views', async () => {
  await create('source', `MergeTree ${MONTHLY} ${WINDOW}`);
  const { name } = database;
  await create('first', `MergeTree ORDER BY event_id`, 'event_id String');
  await create('second', `MergeTree ORDER BY event_id`, 'event_id String');
  await database.sql(
    `CREATE MATERIALIZED VIEW ${name}.to_first TO ${name}.first AS SELECT event_id FROM ${name}.source`,
  );
  await database.sql(
    `CREATE MATERIALIZED VIEW ${name}.to_second TO ${name}.second AS SELECT event_id FROM ${name}.first`,
  );
  await database.sql(
    `CREATE MATERIALIZED VIEW ${name}.hidden ENGINE = SummingMergeTree ORDER BY event_id AS SELECT event_id, 1 AS n FROM ${name}.source`,
  );
  const views = await database.clickhouse.events.views(database.table('source'));
  expect([...views].sort()).toEqual(
    ['hidden', 'to_first', 'to_second'].map((view) => `${name}.${view}`),
  );
  const { why } = await describe('source');
  expect(why).toHaveLength(3);
  for (const reason of why) {
    expect(reason).toMatch(/remembers only the last 0 parts.*behind view|behind view.*remembers/);
    await database.sql(reason.slice(reason.indexOf('ALTER TABLE')));
  }
  expect((await describe('source')).why).toEqual([]);
});

test('a view that is refreshed on a schedule receives no inserts', async () => {
  await create('scheduled', `MergeTree ${MONTHLY} ${WINDOW}`);
  const { name } = database;
  await database.sql(
    `CREATE MATERIALIZED VIEW ${name}.hourly REFRESH EVERY 1 HOUR ENGINE = MergeTree ORDER BY event_id EMPTY AS SELECT event_id FROM ${name}.scheduled`,
  );
  expect(await database.clickhouse.events.views(database.table('scheduled'))).toEqual([]);
  expect((await describe('scheduled')).why).toEqual([]);
});

test('views that feed each other in a circle are each followed once', async () => {
  const { name } = database;
  for (const table of ['ring_a', 'ring_b']) await create(table, `MergeTree ${MONTHLY} ${WINDOW}`);
  for (const [from, to] of [
    ['ring_a', 'ring_b'],
    ['ring_b', 'ring_a'],
  ]) {
    await database.sql(
      `CREATE MATERIALIZED VIEW ${name}.${from}_view TO ${name}.${to} AS SELECT * FROM ${name}.${from} WHERE 0`,
    );
  }
  expect(await database.clickhouse.events.views(database.table('ring_a'))).toHaveLength(2);
});
