// Promise: the statements that create tables are exactly these, and on a cluster only a person runs them. Checked by the text,
// and against a server that reports to be one of several.
import { expect, test } from 'vitest';
import { createInsertSettings } from '../../../../../src/adapters/clickhouse/client/query-settings.js';
import {
  deadLetterTableStatement,
  eventTableStatement,
  ONE_SERVER,
} from '../../../../../src/adapters/clickhouse/schema/create-statements.js';
import { prepareTables } from '../../../../../src/adapters/clickhouse/schema/prepare-tables.js';
import type { Query } from '../../../../../src/adapters/clickhouse/client/client.js';
import {
  DEAD_LETTER_COLUMNS,
  DEAD_LETTER_KEY,
} from '../../../../../src/adapters/clickhouse/schema/dead-letter-columns.js';
import { tableColumns } from '../../../../../src/adapters/clickhouse/schema/event-layout.js';
import { createTableDirectory } from '../../../../../src/adapters/clickhouse/schema/table-directory.js';
import { TableMissing } from '../../../../../src/domain/errors.js';
import { InsertFailed } from '../../../../../src/domain/insert-failures/insert-error.js';
import { fakeServer } from '../../../../support/clickhouse-fake.js';
import { NETWORK_ERROR } from '../../../../support/fake-event-table.js';
import { LAYOUT } from '../../../../support/clickhouse-tables.js';

const TABLE = { database: 'db', table: 'stream_events' };

test('the event table has this statement', () => {
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
  _topic LowCardinality(String),
  _topic_id LowCardinality(String),
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

test('the dead letter table has this statement', () => {
  const settings = { window: 10_000, durability: 'server', place: ONE_SERVER } as const;
  const statement = deadLetterTableStatement(TABLE, settings);
  expect(statement.replaceAll(/ COMMENT '[^']*'/g, '')).toBe(
    `CREATE TABLE IF NOT EXISTS db.stream_events (
  _topic LowCardinality(String),
  _topic_id LowCardinality(String),
  _epoch UInt32,
  _partition UInt32,
  _offset UInt64,
  _end UInt64,
  _timestamp DateTime64(3, 'UTC'),
  _key Nullable(String),
  _headers Array(Tuple(key String, value Nullable(String))),
  value Nullable(String),
  stage LowCardinality(String),
  reason LowCardinality(String),
  path String,
  error String,
  batch String,
  contract LowCardinality(String),
  schema LowCardinality(String),
  at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'),
  status LowCardinality(String) DEFAULT 'open'
) ENGINE = ReplacingMergeTree(at)
ORDER BY (_topic, _epoch, _partition, _offset, _end)
SETTINGS non_replicated_deduplication_window = 10000`,
  );
});

test('tables on a cluster and on disk have these statements', () => {
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

test('no table is created on a cluster, and the error contains the statements', async () => {
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

test('if tables may not be created, the error contains the same statements', async () => {
  const cluster = () =>
    fakeServer({
      'system.tables': [],
      'system.databases': [{ engine: 'Atomic' }],
      'system.clusters': [{ cluster: 'main' }],
    });
  const statements = (message: string) => message.slice(message.indexOf('Run:'));
  const message = await missing(cluster(), false);
  expect(message).toContain('MILLRACE_CREATE_TABLES is off. Run:');
  expect(statements(message)).toBe(statements(await missing(cluster(), true)));
  const replicated = fakeServer({
    'system.tables': [],
    'system.databases': [{ engine: 'Replicated' }],
  });
  expect(await missing(replicated, false)).toContain(
    'CREATE TABLE IF NOT EXISTS db.stream_events (\n',
  );
  expect(await missing(replicated, false)).toContain(') ENGINE = ReplicatedMergeTree\n');
});

test.each([true, false])(
  'a user without access to clusters is told so, and nothing is created (tables may be created: %s)',
  async (createTables) => {
    const denied = new InsertFailed({ ...NETWORK_ERROR, kind: 'server', code: 497, message: 'no' });
    const server = fakeServer({
      'system.tables': [],
      'system.databases': [{ engine: 'Atomic' }],
      'system.clusters': denied,
    });
    const message = await missing(server, createTables);
    expect(message).toContain('GRANT SELECT ON system.clusters');
    expect(message).toContain(') ENGINE = MergeTree\n');
    const broken = fakeServer({ 'system.tables': [], 'system.databases': new Error('gone') });
    await expect(missing(broken, createTables)).rejects.toThrow('gone');
  },
);

const EVENTS = {
  database: 'db',
  name: 'stream_events',
  uuid: 'u',
  engine: 'ReplicatedMergeTree',
  engine_full: 'ReplicatedMergeTree ORDER BY x',
  partition_key: '',
  sorting_key: 'x',
  create_table_query: '',
  dependencies_database: [],
  dependencies_table: [],
  changed_at: 0,
};
const columnsOf = (columns: readonly { readonly name: string; readonly type: string }[]) =>
  columns.map(({ name, type }) => ({ name, type, default_kind: 'DEFAULT', key: 0 }));

/** A server whose event table has one engine and whose dead letter table another one. Null: the table is missing. */
const serverWith = (events: string, letters: string | null, cluster: string | null = 'main') =>
  fakeServer({
    'system.tables': ({ parameters }: Query) => {
      const isEvents = parameters?.['table'] === 'stream_events';
      if (isEvents) return [{ ...EVENTS, engine: events }];
      if (letters === null) return [];
      const name = 'stream_events_dead_letters';
      return [{ ...EVENTS, name, engine: letters, sorting_key: DEAD_LETTER_KEY.join(', ') }];
    },
    'system.columns': ({ parameters }: Query) =>
      columnsOf(
        parameters?.['table'] === 'stream_events' ? tableColumns(LAYOUT) : DEAD_LETTER_COLUMNS,
      ),
    merge_tree_settings: [],
    'system.processes': [],
    'system.databases': [{ engine: 'Atomic' }],
    'system.clusters': cluster === null ? [] : [{ cluster }],
  });

test('dead letters on one node beside events on a cluster are named, with the statements that replicate them', async () => {
  const warningsOf = async (events: string, letters: string) => {
    const server = serverWith(events, letters);
    const options = { layout: LAYOUT, createTables: false };
    return (await createTableDirectory(server, options).prepare(TABLE, wishes)).warnings.join('\n');
  };
  for (const events of ['ReplicatedMergeTree', 'SharedMergeTree', 'Distributed']) {
    const warnings = await warningsOf(events, 'ReplacingMergeTree');
    expect(warnings).toContain('is a ReplacingMergeTree on one node');
    expect(warnings).toContain(
      'RENAME TABLE db.stream_events_dead_letters TO db.stream_events_dead_letters_old;\nCREATE TABLE IF NOT EXISTS db.stream_events_dead_letters ON CLUSTER main (',
    );
    expect(warnings).toContain(') ENGINE = ReplicatedReplacingMergeTree(at)');
    expect(warnings).toContain(
      '\nINSERT INTO db.stream_events_dead_letters (_topic, _topic_id, _epoch,',
    );
  }
  const fine = ['ReplicatedMergeTree', 'ReplicatedReplacingMergeTree'] as const;
  expect(await warningsOf(...fine)).not.toContain('on one node');
  expect(await warningsOf('MergeTree', 'ReplacingMergeTree')).not.toContain('on one node');
});

test('missing dead letters beside events on a cluster are for every node, even if no cluster is visible', async () => {
  const server = serverWith('ReplicatedMergeTree', null, null);
  const message = await missing(server, true);
  expect(message).toContain('db.stream_events_dead_letters does not exist');
  expect(message).toContain(') ENGINE = ReplicatedReplacingMergeTree(at)');
});

test('settings that the server does not know are omitted, and requested again after an outage', async () => {
  const server = fakeServer({ 'system.settings': [{ name: 'async_insert' }] });
  const settings = createInsertSettings(server);
  expect(await settings()).toEqual({ async_insert: 0 });
  await settings();
  expect(server.asked).toHaveLength(1);
  server.lose();
  await settings();
  expect(server.asked).toHaveLength(2);
});

test('a failed query for settings is repeated', async () => {
  const server = fakeServer({});
  const settings = createInsertSettings(server);
  for (let time = 1; time <= 2; time++) {
    await expect(settings()).rejects.toThrow('nobody knows an answer');
    expect(server.asked).toHaveLength(time);
  }
});
