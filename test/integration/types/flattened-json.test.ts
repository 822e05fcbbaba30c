// Promise: a JSON column that is sent flattened stores exactly what the text stores: the same values, types and paths, and the
// same bytes on disk. What would be stored otherwise is sent as text. Checked with random objects, hostile ones among them, that
// the engine stores both ways, by each pair of kinds at one path, and by the types of tables that differ from the column's.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSharedDatabase } from '../../support/clickhouse-shared.js';
import type { TestDatabase } from '../../support/clickhouse-tables.js';
import { flattenedColumn, jsonColumn, storedFrom } from '../../support/json-columns.js';
import { randomObjects, type Variety } from '../../support/json-objects.js';
import { seededRandom } from '../../support/seeded-random.js';
import { stackAddresses } from '../../support/stack.js';
import { type Ask, askAt } from '../../support/type-cases/ask.js';

let database: TestDatabase;
let ask: Ask;

beforeAll(async () => {
  database = await openSharedDatabase({ name: 'flattened' });
  ask = askAt(stackAddresses().clickHouse);
});
afterAll(() => database.close());

/** Whether the objects can be flattened. Then both forms have to be stored alike. */
async function isFlattened(
  texts: readonly string[],
  { type = 'JSON', table = type }: { type?: string; table?: string } = {},
): Promise<boolean> {
  const column = await flattenedColumn(texts, { type });
  if (column === null) return false;
  const rows = texts.length;
  const text = jsonColumn(texts, { type });
  const asText = await storedFrom(ask, `${database.name}.a`, { column: text, rows, type: table });
  const flat = await storedFrom(ask, `${database.name}.b`, { column, rows, type: table });
  expect(flat.rows).toEqual(asText.rows);
  expect(flat.hash, texts.join('\n').slice(0, 2_000)).toBe(asText.hash);
  return true;
}

const BLOCKS = 30;

test.each<{ variety: Variety; least: number }>([
  { variety: 'typed', least: 18 },
  { variety: 'mixed', least: 3 },
])('random objects of $variety paths', async ({ variety, least }) => {
  const { random, seed } = seededRandom();
  let flattened = 0;
  for (let block = 0; block < BLOCKS; block++) {
    const rows = [1, 2, 5, 20, 100][block % 5]!;
    const type = ['JSON', 'JSON(max_dynamic_paths=64)', 'JSON(max_dynamic_types=6)'][block % 3]!;
    const texts = randomObjects(random, rows, variety);
    if (await isFlattened(texts, { type })) flattened++;
  }
  expect(flattened, `seed ${seed}`).toBeGreaterThanOrEqual(least);
});

const VALUES: Readonly<Record<string, string>> = {
  integer: '1',
  exactInteger: '9007199254740993',
  negativeZero: '-0',
  unsigned: '18446744073709551615',
  fraction: '1.5',
  boolean: 'true',
  string: '"x"',
  date: '"2024-01-02T03:04:05.6+02:00"',
  integers: '[1,null]',
  fractions: '[1.5]',
  bothNumbers: '[1,2.5]',
  booleans: '[true]',
  strings: '["a"]',
  objects: '[{"k":1}]',
  emptyObjects: '[{}]',
  objectsAndNull: '[{"k":1},null]',
  empty: '[]',
  nulls: '[null]',
  nested: '[[1]]',
  mixture: '[1,"x"]',
  object: '{"b":1}',
};

/** Pairs that are sent as text, apart from those with a value that is always sent so. */
const ALWAYS_TEXT = ['unsigned', 'objectsAndNull', 'nested', 'mixture'];
const TEXT_IN_THIS_ORDER = [
  'fractions integers',
  'bothNumbers integers',
  'objects nulls',
  'emptyObjects nulls',
];

/** Rows in which path number `n` has the values of block number `n`. */
function sideBySide(blocks: readonly (readonly string[])[]): readonly string[] {
  return [0, 1, 2, 3].map(
    (row) => `{${blocks.map((values, n) => `"p${n}":${values[row]}`).join(',')}}`,
  );
}

test('each pair of values at one path, in both orders, and one before each again', async () => {
  const asText: string[] = [];
  const blocks: string[][] = [];
  for (const [first, a] of Object.entries(VALUES)) {
    for (const [second, b] of Object.entries(VALUES)) {
      // The third row shows which of two kinds an array without values is added to.
      const values = [a, b, '[]', a];
      const column = await flattenedColumn(values.map((value) => `{"a":${value}}`));
      const hasText = ALWAYS_TEXT.includes(first) || ALWAYS_TEXT.includes(second);
      if (column !== null) blocks.push(values);
      if (hasText) expect(column).toBe(null);
      else if (column === null) asText.push(`${first} ${second}`);
    }
  }
  expect(asText.sort()).toEqual([...TEXT_IN_THIS_ORDER].sort());
  expect(await isFlattened(sideBySide(blocks))).toBe(true);
});

test('an array without values is added to the kind that ClickHouse adds it to', async () => {
  const kinds = ['[1]', '[1.5]', '["a"]', '[true]', '[{"k":1}]', '[]'];
  const blocks = kinds
    .flatMap((first) => kinds.map((second) => [first, second, '[]', 'null']))
    .filter(([first, second]) => first !== '[1.5]' || second !== '[1]');
  expect(await isFlattened(sideBySide(blocks))).toBe(true);
});

test.each([
  'JSON(max_dynamic_paths=2)',
  'JSON(SKIP b)',
  'JSON(z UInt8)',
  'JSON(max_dynamic_types=2)',
])('a plain JSON column into a table of %s', async (table) => {
  const texts = ['{"z":1,"b":[{"x":1}],"q":{"r":4.5},"a":"x"}', '{"c":1,"a":1,"z":1,"q.r":"s"}'];
  expect(await isFlattened(texts, { table })).toBe(true);
});

test('limits of a type hold for its paths, its kinds and the objects in its arrays', async () => {
  const type = 'JSON(max_dynamic_paths=8, max_dynamic_types=4)';
  const paths = (count: number) =>
    `{${Array.from({ length: count }, (_, index) => `"p${index}":1`).join(',')}}`;
  expect(await isFlattened([paths(8)], { type })).toBe(true);
  expect(await isFlattened([paths(9)], { type })).toBe(false);
  expect(await isFlattened([`{"a":[${paths(2)}]}`], { type })).toBe(true);
  expect(await isFlattened([`{"a":[${paths(3)}]}`], { type })).toBe(false);
  const kinds = ['1', '1.5', '"x"', 'true', '[]'].map((value) => `{"a":${value}}`);
  expect(await isFlattened(kinds.slice(0, 4), { type })).toBe(true);
  expect(await isFlattened(kinds, { type })).toBe(false);
});
