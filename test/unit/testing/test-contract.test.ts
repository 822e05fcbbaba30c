// Promise: the testing kit shows what a worker would make of records: rows as a transform sees them, dead letters with reason
// and path, and filtered records. Checked against contracts whose result is obvious. The kit imports the worker's reader.
import { expect, test } from 'vitest';
import { collectBrokenContracts } from '../../../src/domain/contract/collected-contracts.js';
import { defineContract } from '../../../src/domain/contract/define-contract.js';
import { filtered, rejected } from '../../../src/domain/contract/verdict.js';
import { testContract } from '../../../src/testing/test-contract.js';

const orders = defineContract({
  name: 'orders',
  columns: {
    order_id: 'UInt64',
    amount: 'Decimal(18, 2)',
    created: { type: "DateTime64(3, 'UTC')", path: 'createdAt', read: 'epoch-ms' },
    note: 'Nullable(String)',
    channel: { type: 'LowCardinality(String)', default: 'web' },
    items: 'Array(Tuple(sku String, qty UInt32))',
    labels: { type: 'Map(String, String)', default: new Map() },
    key: { type: 'Nullable(String)', from: 'key' },
    trace: { type: 'String', from: { header: 'trace' }, default: '' },
    sent: { type: "DateTime64(3, 'UTC')", from: 'timestamp' },
    item_count: { type: 'UInt16', from: 'transform' },
    placed: { type: 'String', default: { sql: "'now'" } },
    loaded: { type: 'DateTime', from: 'server', default: { sql: 'now()' } },
  },
  table: { orderBy: ['order_id'] },
  when: { path: 'type', in: ['order'] },
  transform: (row) => {
    if (row.amount === '0.00') return filtered;
    if (row.items.length > 2) return rejected('too many items');
    return { item_count: row.items.length };
  },
});

const order = {
  type: 'order',
  order_id: 18_446_744_073_709_551_615n,
  amount: '12.30',
  createdAt: 1_800_000_000_123,
  items: [{ sku: 'a', qty: 1 }],
};

test('an object becomes a row without losing digits', () => {
  const {
    rows,
    deadLetters,
    filtered: left,
  } = testContract(orders).read([
    { value: order, key: 'k-1', headers: { trace: 't-1' }, timestamp: 1_800_000_000_999 },
  ]);
  expect(deadLetters).toEqual([]);
  expect(left).toEqual([]);
  expect(rows).toEqual([
    {
      order_id: 18_446_744_073_709_551_615n,
      amount: '12.30',
      created: '2027-01-15T08:00:00.123Z',
      note: null,
      channel: 'web',
      items: [{ sku: 'a', qty: 1 }],
      labels: {},
      key: 'k-1',
      trace: 't-1',
      sent: '2027-01-15T08:00:00.999Z',
      item_count: 1,
    },
  ]);
});

test('text and bytes are taken unchanged', () => {
  const text =
    '{"type":"order","order_id":7,"amount":1.5,"createdAt":0,"items":[],"placed":"here"}';
  const { rows } = testContract(orders).read([
    { value: text },
    { value: new TextEncoder().encode(text) },
  ]);
  expect(rows).toHaveLength(2);
  expect(rows[0]).toEqual(rows[1]);
  expect(rows[0]).toMatchObject({ order_id: 7n, amount: '1.50', placed: 'here', key: null });
});

test('each record is in exactly one list, under its position', () => {
  const test = testContract(orders);
  const result = test.read([
    { value: { ...order, order_id: 1 } },
    { value: { ...order, type: 'refund' } },
    { value: { ...order, items: [{ sku: 'a', qty: -1 }] } },
    { value: { ...order, amount: 0 } },
    { value: null },
    { value: '{"type":' },
    { value: { ...order, items: [1, 2, 3].map((qty) => ({ sku: 'a', qty })) } },
    { value: { ...order, order_id: 2 } },
  ]);
  expect(result.rows.map((row) => row['order_id'])).toEqual([1n, 2n]);
  expect(result.filtered).toEqual([1, 3]);
  expect(
    result.deadLetters.map(({ record, stage, reason, path }) => [record, stage, reason, path]),
  ).toEqual([
    [2, 'validate', 'out_of_range', 'items[0].qty'],
    [4, 'decode', 'null_value', ''],
    [5, 'decode', 'invalid_json', ''],
    [6, 'transform', 'rejected_by_transform', ''],
  ]);
  expect(result.deadLetters[3]?.error).toBe('too many items');
  // Nothing of the first call is left over.
  expect(test.read([{ value: { ...order, order_id: 3 } }]).rows).toHaveLength(1);
});

test('partition, offset, headers and timestamp reach the transform', () => {
  const seen: unknown[] = [];
  const contract = defineContract({
    name: 'seen',
    columns: { id: 'UInt8' },
    table: { orderBy: ['id'] },
    transform: (row, record) => {
      const { partition, offset, timestamp, key, headers } = record;
      seen.push({ partition, offset, timestamp, key, headers });
      return row;
    },
  });
  const headers = [
    { key: 'a', value: 'first' },
    { key: 'a', value: 'last' },
    { key: 'none', value: null },
  ];
  testContract(contract).read([
    { value: { id: 1 } },
    { value: { id: 2 }, partition: 3, offset: 40, timestamp: new Date(5), key: 'k', headers },
  ]);
  expect(seen).toEqual([
    { partition: 0, offset: 0, timestamp: 0, key: null, headers: {} },
    { partition: 3, offset: 40, timestamp: 5, key: 'k', headers: { a: 'last', none: null } },
  ]);
});

test('a contract that can not be used is not tested, also if a config file was loaded with it', async () => {
  const { outcome } = await collectBrokenContracts(() =>
    Promise.resolve(
      defineContract({ name: 'broken', columns: { a: 'Int7' as never, b: 'String' } }),
    ),
  );
  if ('error' in outcome) throw outcome.error;
  const { value } = outcome;
  expect(() => testContract(value)).toThrow("contract broken can't be used");
});
