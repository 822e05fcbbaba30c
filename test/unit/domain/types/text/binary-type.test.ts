// Promise: the type whose values have the same binary form is the type without LowCardinality and Nested, at any depth, and a
// text that is not understood stays unchanged. Checked on types by hand. The integration test of hashes compares all types with
// the engine.
import { expect, test } from 'vitest';
import { binaryType, unnestedType } from '../../../../../src/domain/types/text/binary-type.js';

test.each([
  ['LowCardinality(String)', 'String'],
  ['LowCardinality(Nullable(FixedString(3)))', 'Nullable(FixedString(3))'],
  ['Map(LowCardinality(String), Array(LowCardinality(Date)))', 'Map(String, Array(Date))'],
  ['Nested(a UInt8, `b c` LowCardinality(String))', 'Array(Tuple(a UInt8, `b c` String))'],
  ["Enum8('LowCardinality(String)' = 1)", "Enum8('LowCardinality(String)' = 1)"],
  ['JSON(max_dynamic_paths=2, SKIP secret)', 'JSON(max_dynamic_paths=2, SKIP secret)'],
  ['not a ( type', 'not a ( type'],
])('%s has its type without dictionaries and Nested', (type, binary) => {
  expect(binaryType(type)).toBe(binary);
});

test('LowCardinality stays if only Nested is replaced', () => {
  expect(unnestedType('Nested(a Nested(b LowCardinality(String)))')).toBe(
    'Array(Tuple(a Array(Tuple(b LowCardinality(String)))))',
  );
  expect(unnestedType('LowCardinality(String)')).toBe('LowCardinality(String)');
});
