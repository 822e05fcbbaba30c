// Promise: a transform receives the row of the record, and its result is checked against the columns. A validation of any
// library judges the event as well. What either of them refuses, throws or forgets is a dead letter that quotes nothing, and
// leaves nothing behind.
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { defineContract, type Contract } from '../../../../src/domain/contract/define-contract.js';
import { filtered, rejected } from '../../../../src/domain/contract/verdict.js';
import { JsonReader } from '../../../../src/domain/formats/json/json-reader.js';
import { TransformingReader } from '../../../../src/domain/formats/transforming-reader.js';
import { type RunOptions, runOf } from '../../../support/json-run.js';

function readerOf(contract: Contract): TransformingReader {
  return new TransformingReader(new JsonReader(contract.spec), contract);
}

function read(reader: TransformingReader, value: string, options: RunOptions = {}): unknown {
  reader.writer.clear();
  const outcome = reader.read(runOf([value], options), 0);
  if (outcome === 'rejected') {
    const { stage, reason, path, error } = reader.rejection;
    return `${stage} ${reason} ${path}: ${error}`;
  }
  if (outcome === 'filtered') return outcome;
  return Object.fromEntries(
    reader.writer.columns.map(({ spec, writer }) => [spec.name, writer.recent(1)[0]]),
  );
}

const COLUMNS = {
  id: 'UInt64',
  amount: 'Decimal(18, 2)',
  items: 'Array(Tuple(sku String, qty UInt32))',
  note: 'Nullable(String)',
  item_count: { type: 'UInt16', from: 'transform' },
} as const;
const RECORD = '{"id":18446744073709551615,"amount":"12.3","items":[{"sku":"a","qty":2}]}';

/** What a transform may return at run time, whatever its types say. */
function giving(give: () => unknown): TransformingReader {
  const transform = give as unknown as Parameters<typeof defineContract>[0]['transform'];
  return readerOf(
    defineContract({ name: 'orders', columns: COLUMNS, transform: transform as never }),
  );
}

test('a transform receives exact values, and fills its own columns', () => {
  const seen = vi.fn();
  const reader = readerOf(
    defineContract({
      name: 'orders',
      columns: COLUMNS,
      transform: (row, record) => {
        seen({ ...row }, record.offset, record.key, record.headers['h'], record.value.length);
        return { ...row, item_count: row.items.length };
      },
    }),
  );
  const headers = [{ key: 'h', value: Buffer.from('x') }];
  expect(read(reader, RECORD, { keys: ['k'], headers })).toEqual({
    id: 18_446_744_073_709_551_615n,
    amount: '12.30',
    items: [{ sku: 'a', qty: 2 }],
    note: null,
    item_count: 1,
  });
  const row = {
    id: 18_446_744_073_709_551_615n,
    amount: '12.30',
    items: [{ sku: 'a', qty: 2 }],
    note: null,
  };
  expect(seen.mock.calls).toEqual([[row, 0, 'k', 'x', RECORD.length]]);
});

test('a value that it changes replaces that of the record, and the rest stays', () => {
  const reader = readerOf(
    defineContract({
      name: 'orders',
      columns: COLUMNS,
      transform: (row) => ({
        ...row,
        amount: '-1',
        items: [...row.items, { sku: 'b', qty: 1 }],
        note: 'x',
        item_count: 7,
      }),
    }),
  );
  expect(read(reader, RECORD)).toEqual({
    id: 18_446_744_073_709_551_615n,
    amount: '-1.00',
    items: [
      { sku: 'a', qty: 2 },
      { sku: 'b', qty: 1 },
    ],
    note: 'x',
    item_count: 7,
  });
});

test('a value that it omits stays as the record has it', () => {
  const reader = giving(() => ({ note: null, item_count: 3 }));
  expect(read(reader, RECORD.replace('}]}', '}],"note":"x"}'))).toEqual({
    id: 18_446_744_073_709_551_615n,
    amount: '12.30',
    items: [{ sku: 'a', qty: 2 }],
    note: null,
    item_count: 3,
  });
});

test('a row belongs to its record, even if another one was read before', () => {
  const reader = readerOf(
    defineContract({
      name: 'orders',
      columns: { id: 'UInt8', sum: { type: 'UInt8', from: 'transform' } },
      transform: (row) => ({ sum: row.id + row.id }),
    }),
  );
  const run = runOf(['{"id":1}', '{"id":2}', '{"id":3}']);
  for (const index of [0, 1, 2]) expect(reader.read(run, index)).toBe('row');
  expect([...Buffer.concat(reader.writer.encode(3)[1]!.parts)]).toEqual([2, 4, 6]);
});

test('accepted, filtered and rejected rows can alternate', () => {
  const reader = readerOf(
    defineContract({
      name: 'orders',
      columns: {
        id: 'UInt8',
        tag: 'LowCardinality(String)',
        made: { type: 'UInt8', from: 'transform' },
      },
      transform: (row) => {
        if (row.id === 2) return filtered;
        if (row.id === 3) return rejected('three is no id');
        return { ...row, id: row.id + 100, made: row.id === 5 ? 999 : row.id };
      },
    }),
  );
  const run = runOf([1, 2, 3, 4, 5, 6].map((id) => `{"id":${id},"tag":"t${id}"}`));
  const outcomes = [0, 1, 2, 3, 4, 5].map((index) => reader.read(run, index));
  expect(outcomes).toEqual(['row', 'filtered', 'rejected', 'row', 'rejected', 'row']);
  const [id, , made] = reader.writer.encode(3);
  expect([...Buffer.concat(id!.parts)]).toEqual([101, 104, 106]);
  expect([...Buffer.concat(made!.parts)]).toEqual([1, 4, 6]);
});

test.each([
  ['rejects', () => rejected('no such order'), 'transform rejected_by_transform : no such order'],
  [
    'throws',
    () => {
      throw new RangeError('secret 42');
    },
    'transform rejected_by_transform : the transform threw RangeError',
  ],
  [
    'throws an error whose name quotes the record',
    () => {
      throw Object.assign(new Error('x'), { name: 'secret value 42' });
    },
    'transform rejected_by_transform : the transform threw something',
  ],
  [
    'returns nothing',
    () => undefined,
    'transform rejected_by_transform : the transform returned neither a row nor a verdict',
  ],
  [
    'returns a promise',
    () => Promise.reject(new Error('secret')),
    'transform rejected_by_transform : the transform returned a promise: it must return a row or a verdict synchronously',
  ],
  [
    'omits its own column',
    () => ({ id: 1n, amount: '1', items: [], note: null }),
    'transform rejected_by_transform item_count: the value that the transform returns for item_count is required',
  ],
  [
    'returns a field that is not a column',
    () => ({ item_count: 1, secret: 1 }),
    'transform rejected_by_transform : the transform returned a field that is not a column',
  ],
  [
    'returns a value that the column cannot hold',
    () => ({ id: 1n, amount: '1', items: [{ sku: 'secret', qty: -1 }], note: null, item_count: 0 }),
    'transform rejected_by_transform items[0].qty: the value that the transform returns for items[0].qty must be a whole number from 0 to 4294967295',
  ],
  [
    'returns another type',
    () => ({ id: 'secret', amount: '1', items: [], note: null, item_count: 0 }),
    'transform rejected_by_transform id: the value that the transform returns for id must be a whole number from 0 to 18446744073709551615, or a string of its digits',
  ],
])('a transform that %s makes a dead letter', (_, give, expected) => {
  expect(read(giving(give), RECORD)).toBe(expected);
});

test('a long reason is shortened', () => {
  const error = read(
    giving(() => rejected('x'.repeat(1_000))),
    RECORD,
  ) as string;
  expect(error.length).toBeLessThan(300);
});

test('a row cannot be changed in place', () => {
  const reader = giving((...[row]: unknown[]) => {
    (row as { id: bigint }).id = 1n;
    return { ...(row as object), item_count: 0 };
  });
  expect(read(reader, RECORD)).toBe(
    'transform rejected_by_transform : the transform threw TypeError',
  );
  // A change inside a value counts as returned by the transform.
  const inside = giving((...[row]: unknown[]) => {
    const { items } = row as { items: { qty: number }[] };
    items[0]!.qty = 9;
    return { ...(row as object), item_count: 0 };
  });
  expect(read(inside, RECORD)).toMatchObject({ items: [{ sku: 'a', qty: 9 }] });
});

test('only the values that a transform reads are decoded', () => {
  const reader = giving((...[row]: unknown[]) =>
    (row as { id: bigint }).id > 0n ? filtered : row,
  );
  const decoded = reader.writer.columns.map(({ writer }) => vi.spyOn(writer, 'recent'));
  expect(read(reader, RECORD)).toBe('filtered');
  expect(decoded.map((spy) => spy.mock.calls.length)).toEqual([1, 0, 0, 0, 0]);
});

test('a record that the reader rejects never reaches the transform', () => {
  const transform = vi.fn(() => filtered);
  const reader = giving(transform);
  expect(read(reader, '{"id":-1}')).toContain('validate out_of_range id');
  expect(transform).not.toHaveBeenCalled();
});

test('a validation judges the parsed event before the transform', () => {
  const transform = vi.fn((row: { id: number }) => row);
  const reader = readerOf(
    defineContract({
      name: 'orders',
      columns: { id: 'UInt8' },
      validate: z.looseObject({ id: z.number().max(9), extra: z.string().optional() }),
      transform,
    }),
  );
  expect(read(reader, '{"id":9,"extra":"x"}')).toEqual({ id: 9 });
  const refused =
    'validate rejected_by_validation : the validation of the contract rejected the event';
  expect(read(reader, '{"id":10}')).toBe(refused);
  expect(read(reader, '{"id":1,"extra":5}')).toBe(refused);
  expect(transform).toHaveBeenCalledTimes(1);
});

test.each([
  [
    'is asynchronous',
    () => Promise.reject(new Error('secret')),
    'the validation of the contract is asynchronous: it must be synchronous',
  ],
  [
    'throws',
    () => {
      throw new TypeError('secret');
    },
    'the validation of the contract threw TypeError',
  ],
])('a validation that %s makes a dead letter', (_, validate, expected) => {
  const reader = readerOf(
    defineContract({
      name: 'orders',
      columns: { id: 'UInt8' },
      validate: { '~standard': { validate } },
    }),
  );
  expect(read(reader, '{"id":1}')).toBe(`validate rejected_by_validation : ${expected}`);
});
