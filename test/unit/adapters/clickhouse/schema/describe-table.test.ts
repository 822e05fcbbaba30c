// Promise: what matters about a table is read from the server's own text, even if a table leaves it to the server's defaults,
// and on kinds of servers that the embedded one is not. Checked over texts as servers write them.
import { expect, test } from 'vitest';
import { describeTable } from '../../../../../src/adapters/clickhouse/schema/describe-table.js';
import { findPlace } from '../../../../../src/adapters/clickhouse/schema/find-place.js';
import {
  type TableRow,
  viewTarget,
} from '../../../../../src/adapters/clickhouse/schema/find-table.js';
import { syncReplica } from '../../../../../src/adapters/clickhouse/schema/sync-replica.js';
import {
  splitList,
  tableClauses,
} from '../../../../../src/adapters/clickhouse/schema/table-clauses.js';
import { tablePartition } from '../../../../../src/adapters/clickhouse/schema/describe-target.js';
import { ttlRules } from '../../../../../src/adapters/clickhouse/schema/describe-storage.js';
import { fakeServer } from '../../../../support/clickhouse-fake.js';
import { refusedWith } from '../../../../support/replicated-answers.js';

const ENGINE =
  "ReplicatedMergeTree('/clickhouse/{uuid} ORDER BY x', '{replica}') PARTITION BY (toYYYYMM(ts), a) PRIMARY KEY a ORDER BY (a, ` SETTINGS `) SAMPLE BY a TTL ts + toIntervalDay(1) TO DISK 'cold', ts + toIntervalDay(2) WHERE s = 'a, b TTL ) \\' x', ts + toIntervalDay(3) RECOMPRESS CODEC(ZSTD(3)) SETTINGS replicated_deduplication_window = 7, storage_policy = 'hot, cold', fsync_after_insert = true";

const row = (more: Partial<TableRow> = {}): TableRow => ({
  database: 'db',
  name: 'events',
  uuid: '6563d256-0105-4daa-ad0e-4b83a996818f',
  engine: 'ReplicatedMergeTree',
  engine_full: ENGINE,
  partition_key: '(toYYYYMM(ts), a)',
  sorting_key: 'a',
  create_table_query: 'CREATE TABLE ...',
  dependencies_database: [],
  dependencies_table: [],
  changed_at: 0,
  ...more,
});

test('clauses are found where they are, and not in strings and names', () => {
  const { clause, settings } = tableClauses(ENGINE);
  expect(clause('PARTITION BY')).toBe('(toYYYYMM(ts), a)');
  expect(clause('ORDER BY')).toBe('(a, ` SETTINGS `)');
  expect(clause('UNIQUE KEY')).toBe('');
  expect([...settings]).toEqual([
    ['replicated_deduplication_window', '7'],
    ['storage_policy', 'hot, cold'],
    ['fsync_after_insert', 'true'],
  ]);
  expect(tableClauses('Memory').settings.size).toBe(0);
  expect(tableClauses("Buffer('db', 'x', 16)").clause('TTL')).toBe('');
});

test('rules that delete are distinguished from rules that keep', () => {
  const { deleting, other } = ttlRules(tableClauses(ENGINE).clause('TTL'));
  expect(deleting).toEqual(["ts + toIntervalDay(2) WHERE s = 'a, b TTL ) \\' x'"]);
  expect(other).toHaveLength(2);
  expect(ttlRules("ts WHERE x = ' TO DISK '").deleting).toHaveLength(1);
  expect(ttlRules('ts GROUP BY a SET n = sum(n)').deleting).toHaveLength(1);
  expect(ttlRules("ts TO VOLUME 'slow'").deleting).toEqual([]);
  expect(ttlRules('')).toEqual({ deleting: [], other: [] });
});

test('lists are split at their own commas only', () => {
  expect(splitList("f(a, b), [1, 2], `c,d`, 'e\\',f', {g:1,h:2}")).toEqual([
    'f(a, b)',
    '[1, 2]',
    '`c,d`',
    "'e\\',f'",
    '{g:1,h:2}',
  ]);
});

test('a replicated table has the windows of its kind, set or default', async () => {
  const defaults = [
    { name: 'replicated_deduplication_window', value: '10000' },
    { name: 'replicated_deduplication_window_seconds', value: '3600' },
    { name: 'non_replicated_deduplication_window', value: '5' },
    { name: 'fsync_part_directory', value: '1' },
  ];
  const server = (tables: readonly TableRow[]) =>
    fakeServer({
      'system.tables': tables,
      'system.columns': [],
      'system.replicated_merge_tree_settings': defaults,
      'system.merge_tree_settings': defaults,
    });
  const name = { database: 'db', table: 'events' };
  expect(await describeTable(server([row()]), name)).toMatchObject({
    window: { setting: 'replicated_deduplication_window', parts: 7, seconds: 3_600 },
    fsyncAfterInsert: true,
    fsyncPartDirectory: true,
  });
  const engine_full = 'SharedMergeTree ORDER BY a';
  const shared = row({ engine: 'SharedMergeTree', engine_full });
  expect(await describeTable(server([shared]), name)).toMatchObject({
    window: { parts: 10_000, seconds: 3_600 },
    fsyncAfterInsert: false,
  });
  const plain = row({ engine: 'MergeTree', engine_full: 'MergeTree ORDER BY a' });
  expect(await describeTable(server([plain]), name)).toMatchObject({
    window: { setting: 'non_replicated_deduplication_window', parts: 5, seconds: null },
  });
  expect(await describeTable(server([]), name)).toBeNull();
});

test('the target of a view is the table that it names, or its hidden table', () => {
  const target = (create: string, uuid = 'u') =>
    viewTarget({ name: { database: 'd', table: 'v' }, uuid, create });
  expect(
    target('CREATE MATERIALIZED VIEW d.v TO e.`x\\`y\\nz` (`a` UInt64) AS SELECT a FROM d.t'),
  ).toEqual({ database: 'e', table: 'x`y\nz' });
  expect(
    target(
      'CREATE MATERIALIZED VIEW d.v (`a` UInt8) ENGINE = MergeTree ORDER BY a AS SELECT 1 TO d.t',
    ),
  ).toEqual({ database: 'd', table: '.inner_id.u' });
  const none = '00000000-0000-0000-0000-000000000000';
  expect(target('CREATE MATERIALIZED VIEW d.v (`a` UInt8) ENGINE = Log AS SELECT 1', none)).toEqual(
    {
      database: 'd',
      table: '.inner.v',
    },
  );
});

test.each([
  ['', 'none'],
  ['tuple()', 'none'],
  ['toYYYYMM(ts)', 'month'],
  ['toYYYYMM(other)', 'unknown'],
  ["toYYYYMM(ts, 'UTC')", 'unknown'],
  ['toStartOfDay(ts)', 'day'],
  ['toStartOfYear(ts)', 'year'],
  ['toMonday(ts)', 'unknown'],
  ['ts', 'unknown'],
  ['constructor(ts)', 'unknown'],
])('a partition key of %j partitions ts by: %s', (key, expected) => {
  expect(tablePartition(key, 'ts')).toBe(expected);
});

const DB_EVENTS = { database: 'db', table: 'events' };

test('a replica is synchronised before it is queried, and other tables need nothing', async () => {
  const ask = async (engine: string, value = '0') => {
    const quorum = { 'system.settings': [{ value }] };
    const server = fakeServer({ 'system.tables': [row({ engine })], 'SYSTEM SYNC': [], ...quorum });
    const settings = await syncReplica(server, DB_EVENTS);
    return { settings, commands: server.asked.filter((sql) => sql.startsWith('SYSTEM')) };
  };
  const commands = ['SYSTEM SYNC REPLICA `db`.`events` LIGHTWEIGHT'];
  const settings = { select_sequential_consistency: 1 };
  expect(await ask('ReplicatedMergeTree')).toEqual({ settings: {}, commands });
  expect(await ask('ReplicatedMergeTree', '1')).toEqual({ settings: {}, commands });
  for (const quorum of ['2', 'auto']) {
    expect(await ask('ReplicatedMergeTree', quorum)).toEqual({ settings, commands });
  }
  expect(await ask('SharedMergeTree')).toEqual({ settings, commands: [] });
  expect(await ask('MergeTree')).toEqual({ settings: {}, commands: [] });
});

test('a server without lightweight sync gets the full one, and a missing permission is named', async () => {
  const refused = (code: number) => ({
    'system.tables': [row()],
    LIGHTWEIGHT: refusedWith(code),
    'SYSTEM SYNC': [],
    'system.settings': [],
  });
  const old = fakeServer(refused(62));
  await syncReplica(old, DB_EVENTS);
  expect(old.asked).toContain('SYSTEM SYNC REPLICA `db`.`events`');
  await expect(syncReplica(fakeServer(refused(497)), DB_EVENTS)).rejects.toThrow(
    'GRANT SYSTEM SYNC REPLICA ON db.events',
  );
  await expect(syncReplica(fakeServer(refused(999)), DB_EVENTS)).rejects.toThrow('999');
});

test('a cluster is distinguished from a single server', async () => {
  const place = (engine: string, clusters: readonly { cluster: string }[]) =>
    findPlace(fakeServer({ 'system.databases': [{ engine }], 'system.clusters': clusters }), 'db');
  const none = { replicated: false, cluster: null, isKnown: true, hasDatabase: true };
  expect(await place('Atomic', [])).toEqual(none);
  expect(await place('Atomic', [{ cluster: 'main' }])).toEqual({
    replicated: true,
    cluster: 'main',
    isKnown: true,
    hasDatabase: true,
  });
  expect(await place('Replicated', [])).toEqual({ ...none, replicated: true });
  expect(await place('Shared', [])).toEqual({ ...none, replicated: true });
});
