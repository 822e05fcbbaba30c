// Promise: values of a transform, of Avro or of a default are stored by the same rules as JSON, without losing a digit, and a
// value that does not fit is an error that names the element.
import { expect, test } from 'vitest';
import { columnTypeOf } from '../../../../src/domain/types/create-column-type.js';
import { FAULT, ValueFault } from '../../../../src/domain/types/value-fault.js';

function store(type: string, value: unknown): unknown {
  const fault = new ValueFault();
  const writer = columnTypeOf(type).createWriter({ fault });
  writer.mark();
  if (writer.appendValue(value) === FAULT) return `${fault.reason}${fault.path}`;
  return writer.recent(1)[0];
}

// eslint-disable-next-line no-sparse-arrays -- a hole is what is tested
const WITH_HOLE = [1, , 3];

test.each<[string, unknown, unknown]>([
  ['UInt8', 255n, 255],
  ['UInt8', 256, 'out_of_range'],
  ['UInt8', 1.5, 'not_whole'],
  ['UInt8', NaN, 'not_whole'],
  ['UInt8', '5', 'wrong_type'],
  ['UInt8', undefined, 'missing_field'],
  ['UInt8', null, 'null_value'],
  ['Int64', -(2n ** 63n), -(2n ** 63n)],
  ['Int64', 2n ** 63n, 'out_of_range'],
  ['Int64', 5, 5n],
  ['Int64', '-9007199254740993', -9_007_199_254_740_993n],
  ['Int64', 2 ** 60, 'out_of_range'],
  ['Int256', 2n ** 200n, 2n ** 200n],
  ['Float64', NaN, NaN],
  ['Float32', 1e39, 'out_of_range'],
  ['Float32', Infinity, Infinity],
  ['Bool', 1, 'wrong_type'],
  ['Decimal(18, 2)', 12.3, '12.30'],
  ['Decimal(18, 2)', 12n, '12.00'],
  ['Decimal(18, 2)', '-0.05', '-0.05'],
  ['Decimal(18, 2)', 0.1 + 0.2, 'too_precise'],
  ['Decimal(18, 2)', 1e21, 'out_of_range'],
  ['Decimal(18, 2)', NaN, 'wrong_type'],
  ['Decimal(18, 2)', '12,3', 'wrong_type'],
  ['Date', '2024-02-29', '2024-02-29'],
  ['DateTime', new Date('2024-01-01T00:00:00.999Z'), '2024-01-01T00:00:00Z'],
  ["DateTime64(6, 'UTC')", new Date('1969-12-31T23:59:59.999Z'), '1969-12-31T23:59:59.999000Z'],
  ["DateTime64(1, 'UTC')", new Date('2024-01-01T00:00:00.999Z'), '2024-01-01T00:00:00.9Z'],
  ['DateTime', new Date(NaN), 'bad_timestamp'],
  ['DateTime', 1_700_000_000, 'wrong_type'],
  ['UUID', '61F0C404-5CB3-11E7-907B-A6006AD3DBA0', '61f0c404-5cb3-11e7-907b-a6006ad3dba0'],
  ['IPv6', '::ffff:1.2.3.4', '::ffff:102:304'],
  ['IPv6', '1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['IPv6', '0:0:1::', '0:0:1::'],
  ["Enum8('a' = 1)", 'b', 'unknown_name'],
  ['String', 'a\ud800', 'invalid_utf8'],
  ['String', new Uint8Array([0x68, 0x69]), 'hi'],
  ['FixedString(3)', 'é', 'é'],
  ['FixedString(1)', 'é', 'too_long'],
  ['Nullable(Int8)', undefined, null],
  ['LowCardinality(Nullable(String))', null, null],
  ['Array(Int8)', [1, 2], [1, 2]],
  ['Array(Int8)', [1, 300], 'out_of_range[1]'],
  ['Array(Int8)', WITH_HOLE, 'missing_field[1]'],
  ['Array(Int8)', new Set([1]), 'wrong_type'],
  ['Tuple(a Int8, b Nullable(Int8))', { a: 1, c: 3 }, { a: 1, b: null }],
  ['Tuple(a Int8, b Int8)', [1, 2], { a: 1, b: 2 }],
  ['Tuple(a Int8, b Int8)', { a: 1 }, 'missing_field.b'],
  ['Tuple(a Int8, b Int8)', [1], 'wrong_type'],
  ['Tuple(toString Int8)', {}, 'missing_field.toString'],
  ['Map(String, UInt64)', { a: 1n, __proto__x: 2n }, { a: 1n, __proto__x: 2n }],
  ['Map(UInt8, UInt8)', new Map([[7, 1]]), { '7': 1 }],
  ['Map(UInt8, UInt8)', new Map([[300, 1]]), 'out_of_range[0]'],
  ['Map(String, UInt8)', [['a', 1]], 'wrong_type'],
  ['Map(String, UInt8)', { ['\ud800']: 1 }, 'invalid_utf8[0]'],
  [
    'Map(String, UInt8)',
    new Map<unknown, number>([
      [1, 1],
      ['1', 2],
    ]),
    { '1': 2 },
  ],
  [
    'Map(UUID, UInt8)',
    { 'A0000000-0000-0000-0000-000000000000': 1, 'a0000000-0000-0000-0000-000000000000': 2 },
    { 'a0000000-0000-0000-0000-000000000000': 2 },
  ],
  ['Map(String, UInt8)', { a: -1 }, 'out_of_range[0]'],
  ['Nested(a Int8, b String)', [{ a: 1, b: 'x' }], [{ a: 1, b: 'x' }]],
  [
    'Nested(a Int8, b String)',
    [
      { a: 1, b: 'x' },
      { a: 'y', b: '' },
    ],
    'wrong_type[1].a',
  ],
  ['JSON', { a: { b: 2n ** 63n }, c: undefined }, { a: { b: 2n ** 63n } }],
  ['JSON', { a: NaN }, 'not_storable_json'],
  ['JSON', { a: new Date(0) }, 'not_storable_json'],
  ['JSON', { a: 2n ** 64n }, 'not_storable_json'],
  ['JSON', '{}', 'wrong_type'],
  ['Point', [1, 2], [1, 2]],
])('%s converts %o to %o', (type, value, expected) => {
  expect(store(type, value)).toEqual(expected);
});
