// Promise: the table of a declared contract has its columns, key and partitions, and an existing one is compared with them, with
// a Nested as the table has it.
import { expect, test } from 'vitest';
import {
  layoutOf,
  tableColumns,
} from '../../../../../src/adapters/clickhouse/schema/event-layout.js';
import {
  eventTableStatement,
  ONE_SERVER,
} from '../../../../../src/adapters/clickhouse/schema/create-statements.js';
import { defineContract } from '../../../../../src/domain/contract/define-contract.js';
import { LINEAGE_COLUMNS } from '../../../../../src/domain/records/lineage.js';
import type { ColumnDescription } from '../../../../../src/domain/table/description.js';
import { findDrift } from '../../../../../src/domain/table/drift.js';

const { spec } = defineContract({
  name: 'orders',
  columns: {
    id: 'Int64',
    'due date': 'Date',
    note: 'Nullable(String)',
    channel: { type: 'String', default: 'web' },
    priority: { type: 'UInt8', default: { sql: '7' } },
    items: 'Nested(sku String, qty UInt8)',
    loaded_at: { type: 'DateTime', from: 'server', default: { sql: 'now()' } },
  },
  table: { orderBy: ['due date', 'cityHash64(id)', 'id'], partitionBy: 'toYYYYMM(`due date`)' },
});

const settings = { window: 1_000, durability: 'server', place: ONE_SERVER } as const;
const made = (layout = layoutOf(spec, [])) =>
  eventTableStatement({ database: 'shop', table: 'orders' }, layout, settings);

test('a table is created with the columns, the key and the partitions of its contract', () => {
  expect(made()).toContain(
    [
      'CREATE TABLE IF NOT EXISTS shop.orders (',
      '  id Int64,',
      '  `due date` Date,',
      '  note Nullable(String),',
      '  channel String,',
      '  priority UInt8 DEFAULT 7,',
      '  items Nested(sku String, qty UInt8),',
      '  loaded_at DateTime DEFAULT now(),',
    ].join('\n'),
  );
  expect(made()).toContain(
    'PARTITION BY toYYYYMM(`due date`)\nORDER BY (`due date`, cityHash64(id), id)\n',
  );
});

test.each<[string, Parameters<typeof defineContract>[0], string]>([
  [
    'time and id',
    { name: 'o', columns: { id: 'Int64', at: 'DateTime' }, id: 'id', eventTime: 'at' },
    ') ENGINE = MergeTree\nORDER BY (at, id)\n',
  ],
  [
    'the position of the record',
    { name: 'o', columns: { id: 'Int64' } },
    ') ENGINE = MergeTree\nORDER BY (_topic, _partition, _offset)\n',
  ],
])('a table without a key of its own is sorted by %s', (_, options, clauses) => {
  expect(made(layoutOf(defineContract(options).spec, []))).toContain(clauses);
});

const column = (name: string, type: string, kind: ColumnDescription['defaultKind'] = '') => ({
  ...{ name, type, defaultKind: kind, isKey: false },
});
const lineage = LINEAGE_COLUMNS.map(({ name, type }) => column(name, type));
const table: readonly ColumnDescription[] = [
  column('id', 'Int64'),
  column('due date', 'Date'),
  column('note', 'Nullable(String)'),
  column('channel', 'String'),
  column('priority', 'UInt8', 'DEFAULT'),
  column('items.sku', 'Array(String)'),
  column('items.qty', 'Array(UInt8)'),
  column('loaded_at', 'DateTime', 'DEFAULT'),
  ...lineage,
];
const drift = (columns: readonly ColumnDescription[]) =>
  findDrift(tableColumns(layoutOf(spec, columns)), columns);

test('a created table fits its contract, and its flattened Nested is filled element by element', () => {
  const { differences, insertable } = drift(table);
  expect(differences).toEqual([]);
  expect(insertable.slice(0, 7)).toEqual([
    ...['id', 'due date', 'note', 'channel', 'priority', 'items.sku', 'items.qty'],
  ]);
});

test('a missing server default is drift, because zero would be stored instead', () => {
  const without = table.map((each) =>
    each.name === 'priority' ? column('priority', 'UInt8') : each,
  );
  expect(drift(without).notStored).toMatchObject([
    {
      column: 'priority',
      what: 'column priority has no DEFAULT, so zero would be stored if an event lacks the field',
      alteration: 'MODIFY COLUMN priority UInt8 DEFAULT 7',
    },
  ]);
});
