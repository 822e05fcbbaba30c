// Promise: exactly-once is only claimed for a table that stores the whole event, keeps every row with its origin, and recognises
// repeats for long enough, together with all of its views. A table that may lose acknowledged rows carries nothing, and each
// reason is named. Checked over descriptions of tables, including kinds that the embedded server cannot create.
import { expect, test } from 'vitest';
import {
  type Found,
  guaranteeOf,
  leastWindow,
  withTopicId,
} from '../../../../src/domain/table/guarantee.js';
import type {
  StorageDescription,
  TableDescription,
} from '../../../../src/domain/table/description.js';
import { aResolution } from '../../../support/pipeline-builders.js';

const LOAD = { lanes: 2, tablePartitionsPerBlock: 100 };

const storage = (more: Partial<StorageDescription> = {}): StorageDescription => ({
  name: { database: 'db', table: 'events' },
  engine: 'MergeTree',
  partitionKey: 'toYYYYMM(timestamp)',
  sortingKey: 'timestamp, event_id',
  uniqueKey: '',
  deletingTtl: [],
  otherTtl: [],
  window: { setting: 'non_replicated_deduplication_window', parts: 20_000, seconds: null },
  fsyncAfterInsert: false,
  fsyncPartDirectory: false,
  ...more,
});

const table = (more: Partial<TableDescription> = {}): TableDescription => ({
  ...storage(),
  id: 'id',
  version: 'v',
  changedAtMs: null,
  columns: [],
  views: [],
  behind: [],
  engineBehind: null,
  ...more,
});

const judge = (description: TableDescription, found: Partial<Found> = {}) =>
  guaranteeOf(description, { ...LOAD, lineage: [], log: [], notStored: [], ...found });

const reasons = (
  description: TableDescription,
  lineage: Found['lineage'] = [],
  log: Found['log'] = [],
) => {
  const guarantee = judge(description, { lineage, log });
  return guarantee.level === 'exactly-once' ? [] : guarantee.why;
};

const REPLICATED = {
  setting: 'replicated_deduplication_window',
  parts: 20_000,
  seconds: 3_600,
} as const;

test('a window covers a hundred inserts of every lane, each with the maximum number of parts', () => {
  expect(leastWindow({ partitionKey: 'toYYYYMM(timestamp)' }, LOAD)).toBe(20_000);
  expect(leastWindow({ partitionKey: '' }, LOAD)).toBe(200);
});

test.each(['MergeTree', 'ReplicatedMergeTree', 'SharedMergeTree'])(
  '%s carries exactly-once',
  (engine) => {
    const window = engine === 'MergeTree' ? table().window : REPLICATED;
    expect(reasons(table({ engine, window }))).toEqual([]);
  },
);

test.each([
  ['Distributed', 'it does not deduplicate repeated inserts'],
  ['StripeLog', 'it does not deduplicate repeated inserts'],
  ['ReplacingMergeTree', 'it merges rows with equal keys'],
  ['ReplicatedSummingMergeTree', 'it merges rows with equal keys'],
  ['SharedReplacingMergeTree', 'it merges rows with equal keys'],
])('%s does not carry exactly-once: %s', (engine, expected) => {
  const window = engine.endsWith('MergeTree') ? table().window : null;
  expect(judge(table({ engine, window }))).toEqual({
    level: 'at-least-once',
    why: [expect.stringContaining(expected)],
  });
});

test.each([
  ['Buffer', 'lost when ClickHouse is killed'],
  ['Memory', 'lost when ClickHouse restarts'],
  ['Null', 'keeps no row'],
  ['Set', 'does not know whether it keeps'],
  ['URL', 'does not know whether it keeps'],
  ['an engine of tomorrow', 'does not know whether it keeps'],
])('%s carries no guarantee: %s', (engine, expected) => {
  const lossy = table({ engine, window: null });
  expect(judge(lossy)).toEqual({ level: 'none', why: [expect.stringContaining(expected)] });
  expect(reasons({ ...lossy, behind: ['db.real'] })[0]).toMatch(
    /write into the table behind it \(db\.real\)$/,
  );
});

test('a materialized view as target is judged by the table that it writes to', () => {
  const into = (engineBehind: string | null) =>
    judge(table({ engine: 'MaterializedView', window: null, behind: ['db.real'], engineBehind }));
  expect(into('ReplicatedMergeTree')).toMatchObject({ level: 'at-least-once' });
  expect(into('Memory')).toEqual({
    level: 'none',
    why: [expect.stringContaining('writes into a Memory')],
  });
  expect(into(null)).toMatchObject({ level: 'none' });
});

test('a column that is not stored prevents exactly-once unless events may lack it', () => {
  const column = {
    column: 'event_id',
    why: 'column event_id is missing',
    fix: 'ALTER x',
    optional: false,
  };
  expect(judge(table(), { notStored: [column] })).toEqual({
    level: 'at-least-once',
    why: ['db.events does not store event_id (column event_id is missing): ALTER x'],
  });
  const optional = [{ ...column, optional: true }];
  expect(judge(table(), { notStored: optional })).toEqual({ level: 'exactly-once' });
});

test.each([
  {
    what: 'a short window',
    more: { window: { ...table().window, parts: 19_999 } as StorageDescription['window'] },
    why: 'db.events remembers only the last 19999 parts, but 2 lanes need 20000: ALTER TABLE db.events MODIFY SETTING non_replicated_deduplication_window = 20000',
  },
  {
    what: 'a window that expires early',
    more: { engine: 'ReplicatedMergeTree', window: { ...REPLICATED, seconds: 60 } },
    why: 'db.events remembers inserts for only 60 s, but 900 s are needed: ALTER TABLE db.events MODIFY SETTING replicated_deduplication_window_seconds = 900',
  },
  {
    what: 'a TTL that deletes',
    more: { deletingTtl: ['a'], otherTtl: [] },
    why: "db.events deletes rows by TTL (a), so a lost row can't be distinguished from an expired one: ALTER TABLE db.events REMOVE TTL",
  },
  {
    what: 'a TTL that deletes among others',
    more: { deletingTtl: ['a'], otherTtl: ['b', 'c'] },
    why: "db.events deletes rows by TTL (a), so a lost row can't be distinguished from an expired one: ALTER TABLE db.events MODIFY TTL b, c",
  },
  {
    what: 'a unique key',
    more: { uniqueKey: 'event_id' },
    why: 'db.events replaces rows with equal event_id (UNIQUE KEY): write into a table without one',
  },
])('$what is named with the fix', ({ more, why }) => {
  expect(reasons(table(more))).toEqual([why]);
});

test('missing lineage is named with the statement that adds it', () => {
  const lineage = [
    { column: '_topic', what: 'column _topic is missing', alteration: 'ADD COLUMN _topic String' },
    {
      column: '_offset',
      what: 'column _offset is UInt8',
      alteration: 'MODIFY COLUMN _offset UInt64',
    },
  ];
  expect(reasons(table(), lineage)).toEqual([
    'the rows of db.events do not say which records they come from (column _topic is missing, column _offset is UInt8): ALTER TABLE db.events ADD COLUMN _topic String, MODIFY COLUMN _offset UInt64',
  ]);
  const inKey = [
    ...lineage,
    { column: '_epoch', what: 'column _epoch is String', alteration: null },
  ];
  expect(reasons(table(), inKey)[0]).toMatch(/: recreate the table$/);
});

test('rows without the id of their log are named with the statement that adds it', () => {
  const log = [
    {
      column: '_topic_id',
      what: 'column _topic_id is missing: its values are not stored',
      alteration: 'ADD COLUMN _topic_id LowCardinality(String)',
    },
  ];
  expect(reasons(table(), [], log)).toEqual([
    "rows of db.events do not say which log they belong to, so a recreated topic, or a topic of the same name on another cluster, can't be distinguished from this one (column _topic_id is missing: its values are not stored): ALTER TABLE db.events ADD COLUMN _topic_id LowCardinality(String)",
  ]);
});

test('brokers without topic ids weaken every guarantee, for any number of lanes', () => {
  const target = aResolution([]).target;
  const known = 'sJ0pkQGkTzCTv0mf9NpbXg';
  expect(withTopicId(target, known)).toBe(target);
  const widest = {
    beyondLanes: 2,
    guarantee: { level: 'at-least-once', why: ['window'] },
  } as const;
  const weakened = withTopicId({ ...target, widest }, 'AAAAAAAAAAAAAAAAAAAAAA');
  expect(weakened.guarantee).toMatchObject({
    level: 'at-least-once',
    why: [expect.stringContaining('the brokers give topics no ids')],
  });
  expect(weakened.widest?.guarantee).toMatchObject({
    why: ['window', expect.stringContaining('the brokers give topics no ids')],
  });
});

test('a view counts with the table that it writes to', () => {
  const view = (target: StorageDescription | null, engine: string | null = 'MaterializedView') =>
    table({ views: [{ name: 'db.view', engine, target }] });
  const name = { database: 'db', table: 'target' };
  expect(reasons(view(storage({ name })))).toEqual([]);
  expect(reasons(view(storage({ name, engine: 'SummingMergeTree' })))).toEqual([]);
  const short = storage({ name, partitionKey: '', window: { ...REPLICATED, parts: 100 } });
  expect(reasons(view(short))[0]).toBe(
    'db.target (behind view db.view) remembers only the last 100 parts, but 2 lanes need 200: ALTER TABLE db.target MODIFY SETTING replicated_deduplication_window = 200',
  );
  expect(reasons(view(storage({ name, engine: 'Memory', window: null })))[0]).toBe(
    'db.target (behind view db.view) is a Memory: it does not deduplicate repeated inserts',
  );
  expect(reasons(view(null))[0]).toContain('GRANT SHOW TABLES ON the table behind it');
  expect(reasons(view(null, null))[0]).toContain('GRANT SHOW TABLES ON db.view');
  expect(reasons(view(null, 'WindowView'))[0]).toContain('it is a WindowView');
});

test('every obstacle is named, not only the first', () => {
  expect(
    reasons(table({ deletingTtl: ['a'], window: { ...REPLICATED, parts: 1, seconds: 1 } }), [
      {
        column: '_topic',
        what: 'column _topic is missing',
        alteration: 'ADD COLUMN _topic String',
      },
    ]),
  ).toHaveLength(4);
});
