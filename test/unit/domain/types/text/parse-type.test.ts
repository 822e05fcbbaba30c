// Promise: a type as a user writes it and as ClickHouse prints it is one tree, which prints as ClickHouse does, and an invalid
// text is an error with its position. The pairs were taken from ClickHouse 26.7 (`system.columns`), and test/integration/types
// asks it.
import { expect, test } from 'vitest';
import { parseType } from '../../../../../src/domain/types/text/parse-type.js';
import { printType } from '../../../../../src/domain/types/text/print-type.js';
import { TypeTextError } from '../../../../../src/domain/types/text/type-tokens.js';
import { WRITTEN_TYPES } from '../../../../support/type-cases/written-types.js';

test.each(WRITTEN_TYPES)('%s is printed as %s', (written, printed) => {
  expect(printType(parseType(written))).toBe(printed);
  expect(parseType(printed)).toEqual(parseType(written));
});

test.each([
  ['', 'the name of a type at character 1, found the end'],
  ['Array(', '"," or ")"|a type, a name'],
  ['Array(String', '"," or ")" at character 13, found the end'],
  ['Array(String))', 'the end of the type at character 14, found ")"'],
  ['String String', 'the end of the type at character 8'],
  ["Enum8('a = 1)", 'a closing quote after this one at character 7'],
  ["Enum8('a' = x)", 'a whole number at character 13'],
  ['Enum8(a String)', 'names in quotes in Enum8(...)'],
  ['Tuple(a)', ''],
  ['Decimal(18; 2)', 'a type at character 11'],
  ['Array(,)', 'a type, a name, a number or a string in quotes at character 7'],
  ['('.repeat(5), 'the name of a type at character 1'],
])('%s is an error that says where and what', (text, expected) => {
  if (expected === '') return void parseType(text);
  let error: unknown;
  try {
    parseType(text);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(TypeTextError);
  const parts = expected.split('|');
  expect(parts.some((part) => (error as Error).message.includes(part))).toBe(true);
});

test('the nesting of types is bounded', () => {
  expect(() => parseType(`${'Array('.repeat(5_000)}String${')'.repeat(5_000)}`)).toThrow(
    'at most 100 nested types',
  );
});
