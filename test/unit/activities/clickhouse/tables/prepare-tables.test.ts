// Promise: the statements that make tables are exactly these, and on a cluster nobody runs them but a person. Checked by the
// text, and against a server that says it is one of several.
import { expect, test } from 'vitest';
import { createInsertSettings } from '../../../../../src/activities/clickhouse/server/insert-settings.js';
import {
  deadLetterTableStatement,
  eventTableStatement,
  ONE_SERVER,
} from '../../../../../src/activities/clickhouse/tables/create-statements.js';
import { prepareTables } from '../../../../../src/activities/clickhouse/tables/prepare-tables.js';
import { TableMissing } from '../../../../../src/domain/errors.js';
import { fakeServer } from '../../../../support/clickhouse-fake.js';
import { LAYOUT } from '../../../../support/clickhouse-tables.js';

const TABLE = { database: 'db', table: 'stream_events' };

test('the table of events', () => {
  const settings = { window: 10_000, durability: 'server', place: ONE_SERVER } as const;
  expect(eventTableStatement(TABLE, LAYOUT, settings)).toBe(
    `CREATE TABLE IF NOT EXISTS db.stream_events (
  event_id String,
  event_type String,
  timestamp DateTime,
  payload String,
  source String,
  metadata String,
  processed_at DateTime DEFAULT now(),
  _topic String,
  _epoch UInt32,
  _partition UInt32,
  _offset UInt64,
  INDEX _offset_range _offset TYPE minmax
) ENGINE = MergeTree
PARTITION BY toYYYYMM(timestamp)
ORDER BY (timestamp, event_id)
SETTINGS non_replicated_deduplication_window = 10000`,
  );
});

test('on a cluster, on disk', () => {
  const place = { replicated: true, cluster: 'my-cluster' };
  const settings = { window: 20_000, durability: 'fsync', place } as const;
  const statement = eventTableStatement(TABLE, LAYOUT, settings);
  expect(statement).toContain(
    'CREATE TABLE IF NOT EXISTS db.stream_events ON CLUSTER `my-cluster` (',
  );
  expect(statement).toContain(') ENGINE = ReplicatedMergeTree\n');
  expect(statement).toContain(
    'SETTINGS replicated_deduplication_window = 20000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1',
  );
  expect(deadLetterTableStatement(TABLE, settings)).toContain(
    ') ENGINE = ReplicatedReplacingMergeTree(at)\nORDER BY (_topic, _epoch, _partition, _offset, _end)\n',
  );
});

const wishes = { lanes: 2, durability: 'server' } as const;

async function missing(server: ReturnType<typeof fakeServer>, createTables: boolean) {
  try {
    await prepareTables(server, TABLE, { layout: LAYOUT, createTables, wishes });
  } catch (error) {
    if (error instanceof TableMissing) return error.message;
    throw error;
  }
  throw new Error('nothing was missing');
}

test('on a cluster no table is made, and the error holds what to run', async () => {
  const server = fakeServer({
    'system.tables': [],
    'system.databases': [{ engine: 'Atomic' }],
    'system.clusters': [{ cluster: 'main' }],
  });
  const message = await missing(server, true);
  expect(message).toContain('db.stream_events and db.stream_events_dead_letters do not exist');
  expect(message).toContain('CREATE TABLE IF NOT EXISTS db.stream_events ON CLUSTER main (');
  expect(message).toContain(
    'CREATE TABLE IF NOT EXISTS db.stream_events_dead_letters ON CLUSTER main (',
  );
  expect(message).toContain('replicated_deduplication_window = 20000');
  expect(server.asked.every((sql) => sql.startsWith('SELECT'))).toBe(true);
});

test('where no table may be made, nobody needs to be allowed to see the cluster', async () => {
  const server = fakeServer({ 'system.tables': [] });
  const message = await missing(server, false);
  expect(message).toContain('MILLRACE_CREATE_TABLES is off');
  expect(message).toContain(') ENGINE = MergeTree\n');
});

test('settings that the server does not know are left out, and asked for again after an outage', async () => {
  const server = fakeServer({ 'system.settings': [{ name: 'async_insert' }] });
  const settings = createInsertSettings(server);
  expect(await settings()).toEqual({ async_insert: 0 });
  await settings();
  expect(server.asked).toHaveLength(1);
  server.lose();
  await settings();
  expect(server.asked).toHaveLength(2);
});

test('a question for settings that failed is asked again', async () => {
  const server = fakeServer({});
  const settings = createInsertSettings(server);
  for (let time = 1; time <= 2; time++) {
    await expect(settings()).rejects.toThrow('nobody knows an answer');
    expect(server.asked).toHaveLength(time);
  }
});
