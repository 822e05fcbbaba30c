// Promise: every type says what it accepts, and the rules are true: its rule names every reason that a family raises, and
// explains every value format that it offers. Types that cannot be filled are refused with what to do.
import { expect, test } from 'vitest';
import { UnsupportedTypeError } from '../../../../src/domain/types/column-type.js';
import { columnTypeOf } from '../../../../src/domain/types/create-column-type.js';
import { TYPE_FAMILIES } from '../../../../src/domain/types/families.js';
import { VALUE_REASONS } from '../../../../src/domain/types/value-fault.js';
import { TYPE_TABLE } from '../../../support/type-cases/type-table.js';

const familyOf = (name: string) => TYPE_FAMILIES.find(({ names }) => names.includes(name));

test('no name belongs to two families', () => {
  const names = TYPE_FAMILIES.flatMap((family) => family.names);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test.each(TYPE_TABLE)('the rule of $type names its reasons', ({ type, rejected }) => {
  const rule = familyOf(columnTypeOf(type).node.name)?.rule;
  const own = Object.values(rejected).filter(
    (reason) => !reason.includes(' ') && reason !== 'null_value',
  );
  const inner = type.startsWith('Nullable') || type.startsWith('LowCardinality');
  if (!inner)
    expect(own.filter((reason) => !rule?.rejectedAs.some((each) => each === reason))).toEqual([]);
});

test('every family with values is in the table of test cases', () => {
  const tested = TYPE_TABLE.map(({ type }) => familyOf(columnTypeOf(type).node.name));
  const missing = TYPE_FAMILIES.filter(
    (family) => family.rule !== null && !tested.includes(family),
  );
  expect(missing.map(({ names }) => names)).toEqual([]);
});

test('every reason is named by a rule, or raised by a container or the contract', () => {
  const named = new Set(TYPE_FAMILIES.flatMap(({ rule }) => rule?.rejectedAs ?? []));
  expect(VALUE_REASONS.filter((reason) => !named.has(reason))).toEqual([]);
});

test.each(TYPE_TABLE)('the value formats of $type are explained', ({ type }) => {
  const column = columnTypeOf(type);
  const explained = new Set(TYPE_FAMILIES.flatMap(({ rule }) => Object.keys(rule?.reads ?? {})));
  expect(column.reads.filter((read) => !explained.has(read))).toEqual([]);
});

test.each([
  ['Strng', 'Did you mean String?'],
  ['string', 'Did you mean String?'],
  ['Bananas', 'is not a ClickHouse type that Millrace knows'],
  ['Variant(String, UInt8)', 'Use the one type that you need'],
  ['Array(Dynamic)', "can't fill a column of type Dynamic"],
  ['AggregateFunction(sum, UInt64)', 'aggregate in a materialized view'],
  ["Object('json')", 'Use JSON'],
  ['JSON(a UInt8)', 'typed paths'],
  ['Nullable(Array(UInt8))', 'ClickHouse has no Nullable of Array'],
  ['Nullable(Nullable(String))', 'ClickHouse has no Nullable of Nullable'],
  ['Nullable(LowCardinality(String))', 'ClickHouse has no Nullable of LowCardinality'],
  ['LowCardinality(Decimal(9, 2))', 'ClickHouse has no LowCardinality of Decimal'],
  ['LowCardinality(DateTime64(3))', 'ClickHouse has no LowCardinality of DateTime64'],
  ['Map(Nullable(String), String)', "can't be written as keys of a JSON object"],
  ['Map(Array(UInt8), String)', "can't be written as keys of a JSON object"],
  ['Map(String)', 'needs a type for keys and a type for values'],
  ['Decimal(77, 1)', 'needs a precision from 1 to 76'],
  ['Decimal(5, 6)', 'needs a scale from 0 to 5'],
  ['FixedString(0)', 'needs a size from 1'],
  ['FixedString', 'needs a size from 1'],
  ['DateTime64(10)', 'needs a scale from 0 to 9'],
  ['DateTime64(3, UTC)', 'time zone in quotes'],
  ['DateTime(3)', 'time zone in quotes'],
  ['String32', 'is not a ClickHouse type'],
  ['UUID(4)', 'takes no parameters'],
  ['Array', 'needs exactly one type'],
  ['Array(String, String)', 'needs exactly one type'],
  ['Tuple(a UInt8, UInt8)', 'names for all of its elements or for none'],
  ['Tuple(a UInt8, a UInt8)', 'has the element a twice'],
  ['Tuple()', 'needs the types of its elements'],
  ['Nested(UInt8)', 'needs names'],
  ["Enum8('a' = 1, 'a' = 2)", "has the name 'a' twice"],
  ["Enum8('a' = 1, 'b' = 1)", 'has the number 1 twice'],
  ["Enum8('a' = 300)", 'holds numbers from -128 to 127'],
  ['Enum8()', 'needs names'],
])('%s is refused, with what to do', (type, expected) => {
  let error: unknown;
  try {
    columnTypeOf(type);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(UnsupportedTypeError);
  expect((error as Error).message).toContain(expected);
});
