// Promise: what both the compiler and the loading of a config refuse is reported once, with the compiler's line and Millrace's words,
// and no problem is lost where the two may mean different places. Checked with problems of small files.
import { expect, test } from 'vitest';
import { mergeTypeProblems } from '../../../src/cli/check/merge-type-problems.js';
import { error } from '../../../src/cli/check/problem.js';

const file = 'millrace.config.ts';
const ofColumn = error(file, 'contract orders: column amount: Decimel is not a ClickHouse type');

function merged(source: string, types: readonly (readonly [place: string, text: string])[]) {
  const found = types.map(([place, text]) => error(place, text));
  return mergeTypeProblems({ types: found, loaded: [ofColumn] }, { file, source });
}

test.each([
  ["  amount: 'Decimel(18, 2)',", 3],
  ["  'amount': 'Decimel(18, 2)', path: ['amount'],", 3],
])('one problem at one column is reported once, for %s', (source, column) => {
  expect(merged(source, [[`${file}:1:${column}`, 'Type string is not assignable']])).toEqual([
    error(`${file}:1:${column}`, ofColumn.text),
  ]);
});

test('a column of that name in two contracts keeps both problems', () => {
  const source = "  amount: 'Decimel',\n  amount: 'Int65',";
  expect(merged(source, [[`${file}:2:3`, 'Type string']])).toHaveLength(2);
});

test('a problem of another key or another file keeps both', () => {
  const source = "  amount: 'Decimel',\n  amounts: 4,";
  expect(merged(source, [[`${file}:2:3`, 'Type number']])).toHaveLength(2);
  expect(merged(source, [['other.ts:1:3', 'Type number']])).toHaveLength(2);
});

test('of two types of one key, none is left out', () => {
  const source = "  amount: 'Decimel',";
  const types = [`${file}:1:3`, `${file}:1:3`].map((place) => [place, 'Type'] as const);
  expect(merged(source, types)).toHaveLength(3);
});
