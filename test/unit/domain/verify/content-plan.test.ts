// Promise: a comparison by content covers what the contract fills and the table stores. Every other column is named with its
// reason, except lineage, by which offsets are compared. Checked on tables by hand.
import { expect, test } from 'vitest';
import type { ColumnDescription } from '../../../../src/domain/table/description.js';
import { contentPlan } from '../../../../src/domain/verify/content-plan.js';

const column = (
  name: string,
  type: string,
  defaultKind: ColumnDescription['defaultKind'] = '',
): ColumnDescription => ({ name, type, defaultKind, isKey: false });

test('each column is compared, or named with the reason why not', () => {
  const columns = [
    column('id', 'Int64'),
    column('items.sku', 'Array(String)'),
    column('day', 'Date', 'MATERIALIZED'),
    column('also', 'String', 'ALIAS'),
    column('raw', 'String', 'EPHEMERAL'),
    column('loaded', 'DateTime', 'DEFAULT'),
    column('note', 'String'),
    column('payload', 'UInt8'),
    column('_topic', 'String'),
    column('_offset', 'UInt64'),
  ];
  const target = {
    columns: ['id', 'items.sku', '_topic', '_offset'],
    notStored: [
      { column: 'payload', why: 'column payload is UInt8', fix: '', optional: false },
      { column: 'gone', why: 'column gone is missing', fix: '', optional: true },
    ],
  };
  expect(contentPlan(target, columns, undefined)).toEqual({
    columns: [
      { name: 'id', type: 'Int64' },
      { name: 'items.sku', type: 'Array(String)' },
    ],
    uncompared: [
      { column: 'payload', why: 'column payload is UInt8' },
      { column: 'gone', why: 'column gone is missing' },
      { column: 'day', why: 'it is MATERIALIZED' },
      { column: 'also', why: 'it is ALIAS' },
      { column: 'raw', why: 'it is EPHEMERAL' },
      { column: 'loaded', why: 'the server fills it with its DEFAULT' },
      { column: 'note', why: 'the contract does not fill it' },
    ],
  });
  expect(contentPlan(target, columns, 5).sample).toBe(5);
});
