// Promise: a JSON column is flattened into the bytes that ClickHouse reads, byte by byte as its format says, and wherever the
// server might store something else than from the text there is no flattened form. What the server makes of the bytes is checked
// in test/integration/types.
import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { columnTypeOf } from '../../../../../src/domain/types/create-column-type.js';
import { flattenJson } from '../../../../../src/domain/types/json-flattened/flatten-json.js';
import { flattenedColumn, jsonColumn } from '../../../../support/json-columns.js';

const bytesOf = async (texts: readonly string[], type = 'JSON') =>
  (await flattenedColumn(texts, { type }))?.data ?? null;

const u64 = (value: bigint | number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return bytes;
};
const f64 = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
};
/** Shorter than 128 bytes. */
const text = (value: string) =>
  Buffer.concat([Buffer.of(Buffer.byteLength(value)), Buffer.from(value)]);

test('paths in the order of their bytes, then their types, then places and values of each', async () => {
  const data = await bytesOf(['{"b":{"é":"x\\n"},"a":1}', '{"a":-2.5,"b":{}}', '{"a":null}']);
  expect(data).toEqual(
    Buffer.concat([
      ...[u64(3), Buffer.of(2), text('a'), text('b.é')],
      ...[u64(3), Buffer.of(2), text('Float64'), text('Int64')],
      ...[u64(3), Buffer.of(1), text('String')],
      ...[Buffer.of(1, 0, 2), f64(-2.5), u64(1)],
      ...[Buffer.of(0, 1, 1), text('x\n')],
    ]),
  );
});

test('arrays with ends, nulls and elements; objects in them as a column of their own', async () => {
  const data = await bytesOf(['{"i":[1,null],"o":[{"k":true},{}]}', '{"i":[],"o":[]}']);
  expect(data).toEqual(
    Buffer.concat([
      ...[u64(3), Buffer.of(2), text('i'), text('o')],
      ...[u64(3), Buffer.of(1), text('Array(Nullable(Int64))')],
      ...[u64(3), Buffer.of(1), text('Array(JSON(max_dynamic_types=16, max_dynamic_paths=256))')],
      ...[u64(3), Buffer.of(1), text('k'), u64(3), Buffer.of(1), text('Bool')],
      ...[Buffer.of(0, 0), u64(2), u64(2), Buffer.of(0, 1), u64(1), u64(0)],
      ...[Buffer.of(0, 0), u64(2), u64(2), Buffer.of(0, 1, 1)],
    ]),
  );
});

test.each([
  ['0', 0],
  ['-0', 0],
  ['-1', -1],
  ['4294967296', 4_294_967_296],
  ['-4294967297', -4_294_967_297],
  ['999999999999999', 999_999_999_999_999],
  ['9007199254740993', 9_007_199_254_740_993n],
  ['9223372036854775807', 2n ** 63n - 1n],
  ['-9223372036854775808', -(2n ** 63n)],
])('the integer %s with all of its digits', async (written, value) => {
  const data = await bytesOf([`{"a":${written}}`]);
  expect(data?.subarray(-8)).toEqual(u64(value));
});

test.each([
  ...['0.0', '-0.0', '1.5', '-0.1', '0.30000000000000004', '1e5', '1E-7', '2e+3', '5e-324'],
  ...['1e-400', '1.7976931348623157e308', '123456789012345.6', '12345678901234.5', '0.000001'],
  ...['9007199254740993.0', '3.00000000000000000001', '100000000000000000000000.5'],
])('the fraction %s as the nearest double', async (written) => {
  const data = await bytesOf([`{"a":${written}}`]);
  expect(data?.subarray(-8)).toEqual(f64(Number(written)));
});

test.each([
  ['an integer beyond Int64', '{"a":9223372036854775808}'],
  ['one in an array', '{"a":[9223372036854775808]}'],
  ['an array in an array', '{"a":[[]]}'],
  ['numbers and strings in an array', '{"a":[1,"x"]}'],
  ['null among objects', '{"a":[{},null]}'],
  ['an object below an empty key', '{"":{"a":1}}'],
  ['a large integer among fractions', '{"a":[1.5,9007199254740993]}'],
  ['a path twice', '{"a.b":1,"a":{"b":2}}'],
  ['text after the object', '{"a":1} '],
  ['another value', '[]'],
])('%s has no flattened form', async (_, json) => {
  expect(await bytesOf([json])).toBe(null);
});

test.each([
  ['integers after an array of fractions', ['[1.5]', '[1]']],
  ['nulls after an array of objects', ['[{}]', '[null]']],
])('%s have no flattened form', async (_, values) => {
  const texts = values.map((value) => `{"a":${value}}`);
  expect(await bytesOf(texts)).toBe(null);
  expect(await bytesOf(texts.toReversed())).not.toBe(null);
});

test('an integer after fractions has one only if the server keeps integers', async () => {
  const texts = ['{"a":1.5}', '{"a":1}'];
  expect(await flattenedColumn(texts)).not.toBe(null);
  expect(await flattenedColumn(texts, { keepsIntegers: false })).toBe(null);
  expect(await flattenedColumn(texts.toReversed(), { keepsIntegers: false })).not.toBe(null);
});

test.each(['JSON(SKIP a)', "JSON(SKIP REGEXP 'a')"])('%s has no flattened form', async (type) => {
  expect(await bytesOf(['{"a":1}'], type)).toBe(null);
});

test('one path more than the type has columns for is text', async () => {
  const paths = (count: number) =>
    `{${Array.from({ length: count }, (_, index) => `"p${index}":1`).join(',')}}`;
  expect(await bytesOf([paths(1_024)])).not.toBe(null);
  expect(await bytesOf([paths(1_025)])).toBe(null);
  expect(await bytesOf([paths(3)], 'JSON(max_dynamic_paths=2)')).toBe(null);
  expect(await bytesOf([paths(0)], 'JSON(max_dynamic_paths=0)')).not.toBe(null);
});

test('one kind more at a path than the type has columns for is text', async () => {
  const texts = ['1', '"x"', 'true'].map((value) => `{"a":${value}}`);
  expect(await bytesOf(texts, 'JSON(max_dynamic_types=3)')).not.toBe(null);
  expect(await bytesOf(texts, 'JSON(max_dynamic_types=2)')).toBe(null);
});

test('many paths that few rows have are text, and so is what would grow', async () => {
  const sparse = Array.from({ length: 2_000 }, (_, row) => `{"p${row % 200}":1}`);
  expect(await bytesOf(sparse)).toBe(null);
  // Less than twice the text in the end, but each path takes a byte in each row.
  const long = Array.from({ length: 4_000 }, (_, row) => `{"p${row % 75}":"${'x'.repeat(40)}"}`);
  expect(await bytesOf(long)).toBe(null);
  expect(await bytesOf(sparse.map(() => '{"p":1}'))).not.toBe(null);
  const zeros = Array.from({ length: 1_000 }, () => `{"a":[${'0,'.repeat(99)}0]}`);
  expect(await bytesOf(zeros)).toBe(null);
});

test('keys in any order, spelling and number are the same paths', async () => {
  const one = await bytesOf(['{"a":1,"b":2}', '{"a":3,"b":4}']);
  expect(await bytesOf(['{"a":1,"b":2}', ' { "b" : 4 , "\\u0061" : 3 } '.trim()])).toEqual(one);
  const many = (order: readonly number[]) => `{${order.map((key) => `"k${key}":${key}`).join()}}`;
  const keys = Array.from({ length: 300 }, (_, key) => key);
  expect(await bytesOf([many(keys), many(keys.toReversed())])).toEqual(
    await bytesOf([many(keys), many(keys)]),
  );
});

test('other work gets turns in a large block', async () => {
  const column = jsonColumn(Array.from({ length: 20_000 }, (_, n) => `{"a":${n}}`));
  let turns = 0;
  const turn = () => {
    turns++;
    return Promise.resolve();
  };
  const { node } = columnTypeOf('JSON');
  await flattenJson(node, { data: column.data, rows: 20_000 }, { keepsIntegers: true, turn });
  expect(turns).toBe(2);
});
