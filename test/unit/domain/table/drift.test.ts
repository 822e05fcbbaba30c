// Promise: a table is compared column by column with what is expected, only columns that hold every value are written, and every
// difference names its fix. Checked over all kinds of columns. The real server runs the statements elsewhere.
import { expect, test } from 'vitest';
import { LINEAGE_COLUMNS } from '../../../../src/domain/records/lineage.js';
import { type ExpectedColumn, findDrift } from '../../../../src/domain/table/drift.js';
import type { ColumnDescription } from '../../../../src/domain/table/description.js';

const column = (
  name: string,
  type: string,
  more: Partial<ColumnDescription> = {},
): ColumnDescription => ({ name, type, defaultKind: '', isKey: false, ...more });

const LINEAGE = [
  column('_topic', 'String'),
  column('_topic_id', 'LowCardinality(String)'),
  column('_epoch', 'UInt32'),
  column('_partition', 'UInt32'),
  column('_offset', 'UInt64'),
];

const HOLDS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  [
    'String',
    ['String', 'Nullable(String)', 'LowCardinality(String)', 'LowCardinality(Nullable(String))'],
    ['FixedString(16)', 'UUID', 'JSON', "Enum8('a' = 1)", 'UInt8'],
  ],
  [
    'DateTime',
    [
      'DateTime',
      "DateTime('UTC')",
      'DateTime64(3)',
      "DateTime64(9, 'Europe/Berlin')",
      'Nullable(DateTime)',
    ],
    ['Date', 'Date32', 'UInt32', 'String'],
  ],
  [
    'UInt32',
    ['UInt32', 'UInt64', 'UInt256', 'LowCardinality(UInt32)', 'Int64'],
    ['UInt16', 'Int32', 'String'],
  ],
  ['UInt64', ['UInt64', 'UInt128'], ['UInt32', 'Int64']],
  ['Nullable(String)', ['Nullable(String)', 'LowCardinality(Nullable(String))'], ['String']],
  [
    "DateTime64(3, 'UTC')",
    ["DateTime64(3, 'UTC')", 'DateTime64(6)'],
    ['DateTime', 'DateTime64(2)'],
  ],
  ['LowCardinality(String)', ['String', 'LowCardinality(String)', 'Nullable(String)'], ['UInt8']],
  [
    'Array(Tuple(key String, value Nullable(String)))',
    ['Array(Tuple(key String, value Nullable(String)))'],
    ['Array(Tuple(String, Nullable(String)))', 'Map(String, String)'],
  ],
  // Nested types, as users and the server write them: a container holds another one if its elements do.
  ['Array(DateTime)', ["Array(DateTime64(3, 'UTC'))", 'Array(Nullable(DateTime))'], ['DateTime']],
  [
    'Map(LowCardinality(String), UInt8)',
    ['Map(String, UInt16)', 'Map(LowCardinality(String), UInt8)'],
    ['Map(String, Int8)', 'Map(FixedString(2), UInt8)'],
  ],
  ['Tuple(`a b` String, c Decimal(9, 2))', ['Tuple(`a b` String, c Decimal(18, 2))'], ['String']],
  [
    "Enum('a' = 1, 'b)' = 2)",
    ["Enum8('b)' = 2, 'a' = 1)", "Enum16('a' = 1, 'b)' = 2, 'c' = 3)"],
    ["Enum8('a' = 1)", "Enum8('a' = 2, 'b)' = 1)"],
  ],
  ['INT', ['Int32', 'Nullable(Int64)'], ['Int16', 'UInt32']],
  // Such a text cannot be parsed, so nothing is claimed about it.
  ['Strange(', ['Strange('], ['String']],
];

test.each(
  HOLDS.flatMap(([expected, good, bad]) => [
    ...good.map((actual) => ({ expected, actual, holds: 'holds' })),
    ...bad.map((actual) => ({ expected, actual, holds: 'does not hold' })),
  ]),
)('$actual $holds every $expected', ({ expected, actual, holds }) => {
  const { differences, insertable } = findDrift(
    [{ name: 'x', type: expected }],
    [column('x', actual)],
  );
  expect(insertable).toEqual(holds === 'holds' ? ['x'] : []);
  expect(differences).toHaveLength(holds === 'holds' ? 0 : 1);
});

test.each([
  ['Decimal(18, 4)', 'Decimal(18, 2)', 'MODIFY COLUMN x Decimal(20, 4)'],
  ['Int32', 'Int64', 'MODIFY COLUMN x Int64'],
  ['UInt32', 'INT', 'MODIFY COLUMN x Int64'],
  ['Int16', 'INT', 'MODIFY COLUMN x INT'],
  ['DateTime64(9)', 'DateTime64(3)', null],
  ['String', 'Int64', null],
  ['String', 'Strange(', null],
])('the fix of column %s for %s keeps all stored values', (actual, expected, alteration) => {
  const { differences } = findDrift([{ name: 'x', type: expected }], [column('x', actual)]);
  expect(differences).toMatchObject([{ alteration }]);
  expect(differences[0]?.wouldLoseValues).toBe(alteration === null ? true : undefined);
});

test('a fix that adds a default does not narrow the column', () => {
  const from = (actual: string, more: Partial<ExpectedColumn>) =>
    findDrift(
      [{ name: 'x', type: 'Decimal(18, 2)', default: '7', ...more }],
      [column('x', actual)],
    ).differences.map(({ alteration }) => alteration);
  const wide = 'MODIFY COLUMN x Decimal(20, 4) DEFAULT 7';
  expect(from('Decimal(20, 4)', { filledByServer: true })).toEqual([wide]);
  expect(from('Decimal(20, 4)', { defaultsByServer: true })).toEqual([wide]);
  expect(from('Decimal(18, 4)', { defaultsByServer: true })).toEqual([wide]);
  expect(from('Float64', { defaultsByServer: true })).toEqual([null]);
});

const EXPECTED: ExpectedColumn = { name: 'x', type: 'String' };
const SERVER: ExpectedColumn = {
  name: 'at',
  type: 'DateTime',
  default: 'now()',
  filledByServer: true,
};

test.each([
  { what: 'missing', expected: EXPECTED, actual: [], alteration: 'ADD COLUMN x String' },
  {
    what: 'an alias',
    expected: EXPECTED,
    actual: [column('x', 'String', { defaultKind: 'ALIAS' })],
    alteration: 'DROP COLUMN x, ADD COLUMN x String',
  },
  {
    what: 'ephemeral',
    expected: EXPECTED,
    actual: [column('x', 'String', { defaultKind: 'EPHEMERAL' })],
    alteration: 'DROP COLUMN x, ADD COLUMN x String',
  },
  {
    what: 'materialized',
    expected: EXPECTED,
    actual: [column('x', 'String', { defaultKind: 'MATERIALIZED' })],
    alteration: 'MODIFY COLUMN x REMOVE MATERIALIZED',
  },
  {
    what: 'wrong type in a key',
    expected: EXPECTED,
    actual: [column('x', 'UInt8', { isKey: true })],
    alteration: null,
  },
  {
    what: 'the server fills it, and it is missing',
    expected: SERVER,
    actual: [],
    alteration: 'ADD COLUMN at DateTime DEFAULT now()',
  },
  {
    what: 'the server should fill it, and does not',
    expected: SERVER,
    actual: [column('at', 'DateTime')],
    alteration: 'MODIFY COLUMN at DateTime DEFAULT now()',
  },
])('a different column ($what) is fixed by $alteration', ({ expected, actual, alteration }) => {
  const { differences, insertable } = findDrift([expected], actual);
  expect(differences).toMatchObject([{ column: expected.name, alteration }]);
  expect(insertable).toEqual([]);
});

test('a column with a default of its own is still written', () => {
  const actual = [column('x', 'String', { defaultKind: 'DEFAULT' })];
  expect(findDrift([EXPECTED], actual).insertable).toEqual(['x']);
});

test('columns that the server fills are not written, and their defaults do not matter', () => {
  for (const defaultKind of ['DEFAULT', 'MATERIALIZED'] as const) {
    const drift = findDrift([SERVER], [column('at', 'DateTime64(3)', { defaultKind })]);
    expect(drift).toMatchObject({ differences: [], insertable: [] });
  }
});

test('columns are written in the expected order, and others are left out', () => {
  const actual = [column('more', 'UInt8'), column('b', 'String'), column('a', 'String')];
  const expected = ['a', 'b'].map((name) => ({ name, type: 'String' }));
  expect(findDrift(expected, actual)).toMatchObject({ differences: [], insertable: ['a', 'b'] });
});

test('event columns that are not stored are named, optional or not, and lineage and server columns are not', () => {
  const expected = [
    EXPECTED,
    { name: 'y', type: 'String', isOptional: true },
    { name: 'stored', type: 'String' },
    SERVER,
    ...LINEAGE_COLUMNS,
  ];
  const actual = [column('x', 'UUID', { isKey: true }), column('stored', 'LowCardinality(String)')];
  expect(findDrift(expected, actual).notStored).toEqual([
    {
      column: 'x',
      what: 'column x is UUID, which does not hold every String',
      alteration: null,
      isOptional: false,
    },
    {
      column: 'y',
      what: 'column y is missing',
      alteration: 'ADD COLUMN y String',
      isOptional: true,
    },
  ]);
});

test('lineage is complete, or the report says what is missing', () => {
  expect(findDrift([], LINEAGE).lineage).toEqual([]);
  expect(findDrift([], LINEAGE.slice(1)).lineage).toMatchObject([{ column: '_topic' }]);
  expect(findDrift([], LINEAGE)).toMatchObject({ lineage: [], log: [] });
  const withoutId = LINEAGE.filter(({ name }) => name !== '_topic_id');
  expect(findDrift([], withoutId)).toMatchObject({
    lineage: [],
    log: [{ column: '_topic_id', alteration: 'ADD COLUMN _topic_id LowCardinality(String)' }],
  });
  const narrow = LINEAGE.map((each) =>
    each.name === '_offset' ? column('_offset', 'UInt32') : each,
  );
  expect(findDrift([], narrow).lineage).toMatchObject([{ column: '_offset' }]);
  expect(findDrift([], []).lineage).toHaveLength(4);
});
