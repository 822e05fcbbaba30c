// Promise: exactly-once is only said of a table that keeps every row, says whose it is, and recognises repeats for long
// enough, together with all that hangs on it; each thing that stands against it is named. Checked over descriptions of
// tables, among them kinds that the embedded server can't make.
import { expect, test } from 'vitest';
import { guaranteeOf, leastWindow } from '../../../src/domain/pipeline/guarantee.js';
import type {
  StorageDescription,
  TableDescription,
} from '../../../src/domain/pipeline/table-description.js';

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
  columns: [],
  views: [],
  ...more,
});

const reasons = (
  description: TableDescription,
  lineage: Parameters<typeof guaranteeOf>[1]['lineage'] = [],
) => {
  const guarantee = guaranteeOf(description, { ...LOAD, lineage });
  return guarantee.level === 'exactly-once' ? [] : guarantee.why;
};

const REPLICATED = {
  setting: 'replicated_deduplication_window',
  parts: 20_000,
  seconds: 3_600,
} as const;

test('a window covers a hundred inserts of every lane, each in all the parts it may make', () => {
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
  ['Distributed', 'it drops no repeated insert'],
  ['Buffer', 'it drops no repeated insert'],
  ['Memory', 'it drops no repeated insert'],
  ['ReplacingMergeTree', 'it merges rows of equal keys'],
  ['ReplicatedSummingMergeTree', 'it merges rows of equal keys'],
  ['SharedReplacingMergeTree', 'it merges rows of equal keys'],
])('%s does not: %s', (engine, expected) => {
  const window = engine.endsWith('MergeTree') ? table().window : null;
  const why = reasons(table({ engine, window }));
  expect(why).toHaveLength(1);
  expect(why[0]).toContain(expected);
});

test.each([
  {
    what: 'a short window',
    more: { window: { ...table().window, parts: 19_999 } as StorageDescription['window'] },
    why: 'db.events recognises the last 19999 parts, and 20000 are needed for 2 lanes: ALTER TABLE db.events MODIFY SETTING non_replicated_deduplication_window = 20000',
  },
  {
    what: 'a window that forgets soon',
    more: { engine: 'ReplicatedMergeTree', window: { ...REPLICATED, seconds: 60 } },
    why: 'db.events recognises inserts for 60 s, and 900 are needed: ALTER TABLE db.events MODIFY SETTING replicated_deduplication_window_seconds = 900',
  },
  {
    what: 'a TTL that deletes',
    more: { deletingTtl: ['a'], otherTtl: [] },
    why: "db.events deletes rows by TTL (a), so a row that was lost can't be told from one that expired: ALTER TABLE db.events REMOVE TTL",
  },
  {
    what: 'a TTL that deletes among others',
    more: { deletingTtl: ['a'], otherTtl: ['b', 'c'] },
    why: "db.events deletes rows by TTL (a), so a row that was lost can't be told from one that expired: ALTER TABLE db.events MODIFY TTL b, c",
  },
  {
    what: 'a unique key',
    more: { uniqueKey: 'event_id' },
    why: 'db.events replaces rows of equal event_id (UNIQUE KEY): write into a table without one',
  },
])('$what is named with what mends it', ({ more, why }) => {
  expect(reasons(table(more))).toEqual([why]);
});

test('missing lineage is named with the statement that adds it', () => {
  const lineage = [
    { column: '_topic', what: 'column _topic is missing', mend: 'ADD COLUMN _topic String' },
    { column: '_offset', what: 'column _offset is UInt8', mend: 'MODIFY COLUMN _offset UInt64' },
  ];
  expect(reasons(table(), lineage)).toEqual([
    'nobody can see which records db.events holds (column _topic is missing, column _offset is UInt8): ALTER TABLE db.events ADD COLUMN _topic String, MODIFY COLUMN _offset UInt64',
  ]);
  const inKey = [...lineage, { column: '_epoch', what: 'column _epoch is String', mend: null }];
  expect(reasons(table(), inKey)[0]).toMatch(/: make the table anew$/);
});

test('a view counts with the table it writes into', () => {
  const view = (target: StorageDescription | null, engine: string | null = 'MaterializedView') =>
    table({ views: [{ name: 'db.view', engine, target }] });
  const name = { database: 'db', table: 'target' };
  expect(reasons(view(storage({ name })))).toEqual([]);
  expect(reasons(view(storage({ name, engine: 'SummingMergeTree' })))).toEqual([]);
  const short = storage({ name, partitionKey: '', window: { ...REPLICATED, parts: 100 } });
  expect(reasons(view(short))[0]).toBe(
    'db.target (behind view db.view) recognises the last 100 parts, and 200 are needed for 2 lanes: ALTER TABLE db.target MODIFY SETTING replicated_deduplication_window = 200',
  );
  expect(reasons(view(storage({ name, engine: 'Memory', window: null })))[0]).toBe(
    'db.target (behind view db.view) is a Memory: it drops no repeated insert',
  );
  expect(reasons(view(null))[0]).toContain('GRANT SHOW TABLES ON the table behind it');
  expect(reasons(view(null, null))[0]).toContain('GRANT SHOW TABLES ON db.view');
  expect(reasons(view(null, 'WindowView'))[0]).toContain('it is a WindowView');
});

test('everything that stands against it is named, not only the first', () => {
  expect(
    reasons(table({ deletingTtl: ['a'], window: { ...REPLICATED, parts: 1, seconds: 1 } }), [
      { column: '_topic', what: 'column _topic is missing', mend: 'ADD COLUMN _topic String' },
    ]),
  ).toHaveLength(4);
});
