// Promise: the type that MODIFY COLUMN is given keeps every stored value and holds every value of the contract. Where there is no such
// type, none is proposed.
import { expect, test } from 'vitest';
import { commonType } from '../../../../../src/domain/types/text/common-type.js';
import { parseType } from '../../../../../src/domain/types/text/parse-type.js';
import { printType } from '../../../../../src/domain/types/text/print-type.js';

const COMMON: readonly (readonly [column: string, wanted: string, common: string | null])[] = [
  ['Decimal(18, 4)', 'Decimal(18, 2)', 'Decimal(20, 4)'],
  ['Decimal(18, 2)', 'Decimal(18, 4)', 'Decimal(20, 4)'],
  ['Decimal(9, 2)', 'Decimal(18, 2)', 'Decimal(18, 2)'],
  ['Decimal(76, 40)', 'Decimal(76, 2)', null],
  ['Int32', 'Decimal(18, 2)', 'Decimal(18, 2)'],
  ['Int64', 'Decimal(18, 2)', 'Decimal(21, 2)'],
  ['UInt64', 'Decimal(18, 2)', 'Decimal(22, 2)'],
  ['Decimal(18, 4)', 'Int64', null],
  ['Float64', 'Decimal(18, 2)', null],
  ['Int32', 'Int64', 'Int64'],
  ['UInt32', 'Int32', 'Int64'],
  ['Int8', 'UInt64', 'Int128'],
  ['UInt256', 'Int8', null],
  ['Bool', 'UInt16', 'UInt16'],
  ['UInt8', 'Bool', null],
  ['Int32', 'Float64', 'Float64'],
  ['Int64', 'Float64', null],
  ['Float64', 'Int64', null],
  ["DateTime64(3, 'UTC')", "DateTime64(6, 'UTC')", "DateTime64(6, 'UTC')"],
  ['DateTime64(9)', 'DateTime64(3)', null],
  ['DateTime64(3)', 'DateTime64(9)', null],
  ['DateTime64(3)', 'Date', null],
  ['Date', "DateTime('UTC')", "DateTime64(0, 'UTC')"],
  ['Date', 'DateTime64(3)', 'DateTime64(3)'],
  ['Date32', 'Date', 'Date32'],
  ['Int32', 'Nullable(Int64)', 'Nullable(Int64)'],
  ['Nullable(Int32)', 'Int64', 'Nullable(Int64)'],
  ['Nullable(Decimal(18, 4))', 'Decimal(18, 2)', 'Nullable(Decimal(20, 4))'],
  ['Nullable(UInt8)', 'LowCardinality(String)', 'LowCardinality(Nullable(String))'],
  ['LowCardinality(UInt8)', 'Decimal(9, 2)', 'Decimal(9, 2)'],
  ['String', 'LowCardinality(Nullable(String))', 'LowCardinality(Nullable(String))'],
  ['String', 'Int64', null],
  ['String', 'UUID', null],
  ['String', "Enum8('a' = 1)", null],
  ['String', 'FixedString(16)', null],
  ['UUID', 'String', 'String'],
  ['FixedString(3)', 'String', 'String'],
  ['FixedString(3)', 'FixedString(5)', 'FixedString(5)'],
  ['FixedString(5)', 'FixedString(3)', null],
  ['DateTime', 'String', null],
  ["Enum8('a' = 1, 'b' = 2)", "Enum8('b' = 2, 'c' = 3)", "Enum8('a' = 1, 'b' = 2, 'c' = 3)"],
  ["Enum8('a' = 1)", "Enum16('b' = 1000)", "Enum16('a' = 1, 'b' = 1000)"],
  ["Enum8('a' = 1)", "Enum8('a' = 2)", null],
  ["Enum8('a' = 1)", "Enum8('b' = 1)", null],
  ['Array(UInt32)', 'Array(Int32)', 'Array(Int64)'],
  ['Array(String)', 'Array(UInt8)', null],
  [
    'Map(String, Decimal(18, 4))',
    'Map(LowCardinality(String), Decimal(18, 2))',
    'Map(LowCardinality(String), Decimal(20, 4))',
  ],
  [
    'Tuple(a UInt8, b Decimal(9, 4))',
    'Tuple(b Decimal(9, 2), a UInt16)',
    'Tuple(b Decimal(11, 4), a UInt16)',
  ],
  ['Tuple(a UInt8, b String)', 'Tuple(a UInt16)', null],
  ['Tuple(a UInt8)', 'Tuple(b UInt16)', null],
  ['Array(UInt8)', 'UInt8', null],
  ['JSON', 'String', 'String'],
  ['String', 'JSON', null],
];

test.each(COMMON)('a column %s for values of %s becomes %s', (column, wanted, common) => {
  const found = commonType(parseType(column), parseType(wanted));
  expect(found === null ? null : printType(found)).toBe(common);
});
