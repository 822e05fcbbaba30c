// Promise: an existing table is a contract by itself: its columns are the event's fields, and unexpected ways of filling them
// are in a note. Checked from descriptions as in system.columns, and with the engine in
// test/integration/types/table-contract.test.ts.
import { expect, test } from 'vitest';
import { contractFromTable } from '../../../../src/domain/contract/contract-from-table.js';
import { specOf } from '../../../../src/domain/contract/contract-options.js';
import { ContractError, contractOf } from '../../../../src/domain/contract/define-contract.js';
import { flattenedIn } from '../../../../src/domain/contract/flattened-nested.js';
import type { ColumnDescription } from '../../../../src/domain/table/description.js';

function column(
  name: string,
  type: string,
  defaultKind: ColumnDescription['defaultKind'] = '',
): ColumnDescription {
  return { name, type, defaultKind, isKey: false };
}

function columnsOf(...columns: readonly ColumnDescription[]) {
  const { spec, notes } = contractFromTable(columns);
  const written = spec.columns.map(({ name, type, default: value }) => {
    return `${name} ${type}${value === null ? '' : ` ${value.kind}`}`;
  });
  return { written, notes };
}

test('each column that an insert can fill is the field of the same name', () => {
  const { spec, notes } = contractFromTable([
    column('id', 'UInt64'),
    column('a.b', 'String'),
    column('at', "DateTime64(3, 'UTC')", 'DEFAULT'),
    column('_topic', 'LowCardinality(String)'),
    column('_offset', 'UInt64'),
  ]);
  expect(spec.columns).toEqual([
    {
      name: 'id',
      type: 'UInt64',
      from: { kind: 'event', path: ['id'] },
      read: null,
      default: null,
      null: 'reject',
    },
    {
      name: 'a.b',
      type: 'String',
      from: { kind: 'event', path: ['a.b'] },
      read: null,
      default: null,
      null: 'reject',
    },
    {
      name: 'at',
      type: "DateTime64(3, 'UTC')",
      from: { kind: 'event', path: ['at'] },
      read: null,
      default: { kind: 'table' },
      null: 'reject',
    },
  ]);
  expect(notes).toEqual([]);
  expect(contractOf(spec, { isBuiltIn: true }).spec.name).toBe('table');
});

test('columns that the server computes are left out', () => {
  const { written, notes } = columnsOf(
    column('id', 'UInt64'),
    column('m', 'UInt64', 'MATERIALIZED'),
    column('l', 'UInt64', 'ALIAS'),
    column('e', 'String', 'EPHEMERAL'),
  );
  expect(written).toEqual(['id UInt64']);
  expect(notes).toEqual([
    'column e: it is EPHEMERAL, and contract table leaves it empty. To fill it, declare a contract with a column of that name',
  ]);
});

test('a DEFAULT replaces a missing field if ClickHouse can evaluate it for single rows', () => {
  const { written, notes } = columnsOf(
    column('plain', 'String', 'DEFAULT'),
    column('low', 'LowCardinality(String)', 'DEFAULT'),
    column('nullable', 'Nullable(String)', 'DEFAULT'),
    column('list', 'Array(String)', 'DEFAULT'),
    column('state', 'AggregateFunction(sum, UInt64)', 'DEFAULT'),
    column('new', 'QBit(Float32, 8)', 'DEFAULT'),
    column('broken', 'Thing(<1>)', 'DEFAULT'),
  );
  expect(written).toEqual([
    'plain String table',
    'low LowCardinality(String) table',
    'nullable Nullable(String)',
    'list Array(String)',
  ]);
  expect(notes).toHaveLength(5);
  expect(notes[0]).toBe(
    'column nullable: its DEFAULT is not used: a missing field is stored as NULL',
  );
  expect(notes[1]).toBe(
    'column list: its DEFAULT is not used, because ClickHouse has no Nullable(Array(String)): the field is required',
  );
  for (const [index, name] of ['state', 'new', 'broken'].entries()) {
    expect(notes[index + 2]).toContain(`column ${name}: it always gets its DEFAULT. `);
  }
});

test('a type that cannot be filled is refused with the table, in a sentence', () => {
  const { spec } = contractFromTable([
    column('v', 'Variant(String, UInt8)'),
    column('new', 'QBit(Float32, 8)'),
    column('broken', 'Thing(<1>)'),
  ]);
  let problems: readonly string[] = [];
  try {
    contractOf(spec, { isBuiltIn: true });
  } catch (error) {
    problems = error instanceof ContractError ? error.problems : [];
  }
  expect(problems).toHaveLength(3);
  expect(problems[0]).toContain("column v: Millrace can't fill a column of type Variant");
  expect(problems[1]).toContain('column new: QBit is not a ClickHouse type that Millrace knows');
  expect(problems[2]).toContain('column broken: type "Thing(<1>)": expected');
});

test('a table without a column to fill is refused', () => {
  const { spec } = contractFromTable([column('_offset', 'UInt64')]);
  expect(() => contractOf(spec, { isBuiltIn: true })).toThrow('it has no columns');
});

test('the columns of a flattened Nested become one field, at the position of the first', () => {
  const { written } = columnsOf(
    column('id', 'UInt64'),
    column('n.a', 'Array(UInt8)'),
    column('x', 'String'),
    column('n.b c', 'Array(LowCardinality(String))'),
    column('whole', 'Nested(p UInt8, q Array(String))'),
    column('o.a', 'Array(UInt8)'),
    column('o.b', 'String'),
    column('p', 'String'),
    column('p.a', 'Array(UInt8)'),
  );
  expect(written).toEqual([
    'id UInt64',
    'n Nested(a UInt8, `b c` LowCardinality(String))',
    'x String',
    'whole Nested(p UInt8, q Array(String))',
    // Not all of them are Arrays, or the prefix is itself a column, so they are not a Nested.
    'o.a Array(UInt8)',
    'o.b String',
    'p String',
    'p.a Array(UInt8)',
  ]);
});

test('a declared Nested is sent in columns if the table has it flattened', () => {
  const spec = specOf({ name: 'x', columns: { n: 'Nested(a UInt8)', m: 'Nested(a UInt8)' } });
  const table = [column('n.a', 'Array(UInt8)'), column('m', 'Nested(a UInt8)')];
  expect(flattenedIn(spec, table)).toEqual(new Set(['n']));
});
