// Promise: a plan of contract `table` carries everything that its rows depend on: the contract built from it is the same, and
// later changes of the table are found if rows would be stored differently. Checked over tables of all kinds.
import { expect, test } from 'vitest';
import {
  lostColumnsOf,
  type PlannedContract,
} from '../../../../src/domain/table/planned-contract.js';
import {
  plannedTableContract,
  tableContractOf,
} from '../../../../src/domain/contract/table-contract.js';
import type { ColumnDescription } from '../../../../src/domain/table/description.js';

const column = (
  name: string,
  type: string,
  defaultKind: ColumnDescription['defaultKind'] = '',
): ColumnDescription => ({ name, type, defaultKind, isKey: false });

const TABLE = [
  column('id', 'Int64'),
  column('channel', 'LowCardinality(String)', 'DEFAULT'),
  column('n.a', 'Array(String)'),
  column('n.b', 'Array(UInt8)'),
  column('day', 'Date', 'MATERIALIZED'),
  column('n.c', 'Array(UInt8)', 'ALIAS'),
  column('_offset', 'UInt64'),
];

function plannedOf(columns: readonly ColumnDescription[]): PlannedContract {
  const { planned } = tableContractOf(columns);
  if (planned === null) throw new Error('no event can fill the table');
  return planned;
}

test('the contract of a plan, which is JSON in a history, equals that of the table', () => {
  const { filled, problems } = tableContractOf(TABLE);
  const planned = plannedOf(TABLE);
  expect(problems).toEqual([]);
  expect(filled.map(({ name }) => name)).toEqual(['id', 'channel', 'n.a', 'n.b']);
  const carried = JSON.parse(JSON.stringify(planned)) as typeof planned;
  expect(carried).toEqual({
    name: 'table',
    hash: planned.hash,
    columns: [
      { name: 'id', type: 'Int64' },
      { name: 'channel', type: 'LowCardinality(String)', default: true },
      { name: 'n', type: 'Nested(a String, b UInt8)', flattened: true },
    ],
  });
  const { contract, flattened } = plannedTableContract(carried);
  expect(contract.hash).toBe(planned.hash);
  expect([...flattened]).toEqual(['n']);
  expect(planned.hash).toMatch(/^[0-9a-f]{16}$/);
  expect(plannedOf(TABLE.slice(1)).hash).not.toBe(planned.hash);
});

test('a column that no event can fill is a problem unless the table has a default for it', () => {
  const columns = [column('id', 'Int64'), column('any', 'Dynamic')];
  expect(tableContractOf(columns).problems.join()).toContain('column any: ');
  const filled = [column('id', 'Int64'), column('any', 'Dynamic', 'DEFAULT')];
  expect(tableContractOf(filled)).toMatchObject({ problems: [], filled: [{ name: 'id' }] });
  expect(tableContractOf([column('_offset', 'UInt64')])).toMatchObject({
    planned: null,
    problems: ['it has no columns: declare at least one'],
  });
});

test('a column that no event can fill, added to a running pipeline, does not change its contract', () => {
  const more = tableContractOf([...TABLE, column('any', 'Variant(String, UInt8)')]);
  expect(more.planned).toEqual(plannedOf(TABLE));
  expect(more.problems).toHaveLength(1);
});

test('a table that holds as much as before or more has lost nothing', () => {
  const planned = plannedOf(TABLE);
  expect(lostColumnsOf(planned, planned)).toEqual([]);
  const wider = [column('id', 'Int128'), ...TABLE.slice(1), column('more', 'String')];
  expect(lostColumnsOf(planned, plannedOf(wider))).toEqual([]);
  expect(lostColumnsOf(undefined, undefined)).toEqual([]);
});

test.each([
  [
    'a narrower type',
    [column('id', 'Int32'), ...TABLE.slice(1)],
    'column id is Int32, which does not hold every Int64',
    'MODIFY COLUMN id Int64',
  ],
  [
    'a missing column',
    TABLE.slice(1),
    'column id is missing, or no event can fill it any more',
    'ADD COLUMN id Int64',
  ],
  [
    'a missing default',
    [TABLE[0]!, column('channel', 'LowCardinality(String)'), ...TABLE.slice(2)],
    'column channel has lost its DEFAULT',
    'MODIFY COLUMN channel DEFAULT <what it had>',
  ],
])('%s is a loss', (_, columns, why, alteration) => {
  const lost = lostColumnsOf(plannedOf(TABLE), plannedOf(columns));
  expect(lost).toMatchObject([{ why, alteration }]);
});

test('the fix of a lost type keeps what the table stores now, or there is none', () => {
  const fixOf = (planned: string, now: string) =>
    lostColumnsOf(plannedOf([column('x', planned)]), plannedOf([column('x', now)]))[0];
  expect(fixOf('Decimal(18, 2)', 'Decimal(18, 4)')?.alteration).toBe(
    'MODIFY COLUMN x Decimal(20, 4)',
  );
  expect(fixOf('Int64', 'String')).toMatchObject({ alteration: null, wouldLoseValues: true });
});
