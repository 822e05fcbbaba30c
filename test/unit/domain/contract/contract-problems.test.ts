// Promise: a contradictory contract is refused at start, with all faults at once, each in a sentence that names the column and
// what to do. Faults that only the TypeScript compiler would find are also reported to JavaScript users.
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  ContractError,
  type Contract,
  defineContract,
} from '../../../../src/domain/contract/define-contract.js';

type Options = Parameters<typeof defineContract>[0];

/** As called from JavaScript, without a compiler that objects. */
function define(options: unknown): Contract {
  return defineContract(options as Options);
}

function problemsOf(options: unknown): readonly string[] {
  try {
    define(options);
    return [];
  } catch (error) {
    if (error instanceof ContractError) return error.problems;
    throw error;
  }
}

/** The problems of a contract with these columns beside a valid one. */
function columnProblems(columns: unknown, more: object = {}): readonly string[] {
  return problemsOf({ name: 'orders', columns: { ok: 'String', ...(columns as object) }, ...more });
}

test('a contract with every feature has no problem', () => {
  const contract = defineContract({
    name: 'orders',
    columns: {
      order_id: 'UUID',
      customer: { type: 'UInt64', path: 'customer.id' },
      name: { type: 'String', path: ['customer', 'full.name'] },
      whole: { type: 'String', path: 'customer', read: 'json' },
      status: 'LowCardinality(String)',
      amount: 'Decimal(18, 2)',
      created: { type: "DateTime64(3, 'UTC')", path: 'createdAt', read: 'epoch-ms' },
      note: 'Nullable(String)',
      channel: { type: 'LowCardinality(String)', default: 'web', null: 'default' },
      items: 'Array(Tuple(sku String, qty UInt32))',
      attributes: 'JSON',
      inner: { type: 'Nullable(String)', path: 'attributes.inner' },
      payload: { type: 'String', read: 'json' },
      key: { type: 'Nullable(String)', from: 'key' },
      raw: { type: 'String', from: 'value' },
      trace: { type: 'String', from: { header: 'traceparent' }, default: '' },
      headers: { type: 'Map(LowCardinality(String), String)', from: 'headers' },
      sent_at: { type: "DateTime64(3, 'UTC')", from: 'timestamp' },
      rest: { type: 'JSON', from: 'rest' },
      item_count: { type: 'UInt16', from: 'transform' },
      seen_at: { type: 'DateTime', default: { sql: 'now()' } },
      loaded_at: { type: 'DateTime', from: 'server', default: { sql: 'now()' } },
    },
    table: {
      orderBy: ['created', 'order_id', 'intHash32(customer)'],
      partitionBy: 'toYYYYMM(created)',
    },
    when: { path: 'type', in: ['order.created', 1, true] },
    tombstones: 'skip',
    id: 'order_id',
    eventTime: 'created',
    version: '2',
    validate: z.looseObject({ status: z.string() }),
    transform: (row) => ({ ...row, item_count: row.items.length }),
  });
  expect(contract.spec.columns.map(({ from }) => from.kind)).toContain('rest');
  expect(contract.spec.columns.find(({ name }) => name === 'customer')?.from).toEqual({
    kind: 'event',
    path: ['customer', 'id'],
  });
  expect(contract.hash).toMatch(/^[0-9a-f]{16}$/);
});

test('all problems are reported at once, in one error', () => {
  const problems = problemsOf({
    name: 'table',
    columns: {
      a: 'Strng',
      b: 'Decimal(5, 6)',
      c: { type: 'UInt8', path: 'x' },
      d: { type: 'String', path: 'x' },
      e: { type: 'String', path: 'x.y' },
      f: { type: 'UInt8', default: 300 },
      _offset: 'UInt64',
    },
    id: 'g',
  });
  expect(problems).toEqual([
    'the name table is reserved by Millrace: choose another name',
    'column _offset is one that Millrace fills itself: choose another name',
    'column a: Strng is not a ClickHouse type that Millrace knows. Did you mean String?',
    'column b: Decimal(5, 6): Decimal needs a scale from 0 to 5',
    'column f: the default does not fit UInt8: default must be a whole number from 0 to 255',
    'columns c and d: both take the field x',
    'column e: its path x.y is below the field x, which column c takes as a value without fields',
    'column e: its path x.y is below the field x, which column d takes as a value without fields',
    'id: there is no column g: did you mean a?',
  ]);
  expect(() => define({ name: 'table', columns: { a: 'Strng' } })).toThrow(
    "contract table can't be used:\n- the name table is reserved by Millrace: choose another name\n- column a: Strng is not a",
  );
});

test.each([
  ['a name', { name: '1 x', columns: { a: 'String' } }, 'the name "1 x" must begin with a letter'],
  ['no column', { name: 'a', columns: {} }, 'it has no columns'],
  [
    'a column without a name',
    { name: 'a', columns: { '': { type: 'String', path: 'a' } } },
    'column number 1 has no name',
  ],
  ['no object', null, 'it must be an object'],
  ['no name', { columns: { a: 'String' } }, 'name is missing'],
  ['no columns', { name: 'a' }, 'columns is missing'],
  [
    'an option',
    { name: 'a', columns: { a: 'String' }, trnsform: 1 },
    'there is no option trnsform',
  ],
  ['a format', { name: 'a', columns: { a: 'String' }, format: { kind: 'avro' } }, 'format.kind'],
  ['tombstones', { name: 'a', columns: { a: 'String' }, tombstones: 'drop' }, "'reject' or 'skip'"],
  [
    'a transform',
    { name: 'a', columns: { a: 'String' }, transform: {} },
    'transform must be a fun',
  ],
  ['a schema', { name: 'a', columns: { a: 'String' }, validate: {} }, 'must be a schema that'],
  ['an id', { name: 'a', columns: { a: 'String' }, id: 1 }, 'id must be a string'],
  ['a table', { name: 'a', columns: { a: 'String' }, table: 't' }, 'table must be an object'],
  ['a key', { name: 'a', columns: { a: 'String' }, table: { orderBy: 'a' } }, 'must be an array'],
  [
    'a partition',
    { name: 'a', columns: { a: 'String' }, table: { partitionBy: 1 } },
    'an expressi',
  ],
  [
    'no values',
    { name: 'a', columns: { a: 'String' }, when: { path: 'x', in: [] } },
    'has no values',
  ],
  [
    'a value',
    { name: 'a', columns: { a: 'String' }, when: { path: 'x', in: [null] } },
    'when.in[0] must',
  ],
  ['a path', { name: 'a', columns: { a: 'String' }, when: { in: ['x'] } }, 'when.path must be'],
])('a contract is refused for %s', (_, options, expected) => {
  const problems = problemsOf(options);
  expect(problems.join('\n')).toContain(expected);
  expect(problems).toHaveLength(1);
});

test.each([
  ['a type that is not a string', { type: 5 }, 'column x: type must be a string'],
  ['no type', 5, 'column x: it must be a type, or an object with a type'],
  [
    'an option',
    { type: 'String', pth: 'a' },
    'column x: there is no option pth: did you mean path?',
  ],
  ['a source', { type: 'String', from: 'kay' }, "column x: from must be 'event', 'key'"],
  ['an empty key in a path', { type: 'String', path: 'a..b' }, 'its path "a..b" has an empty key'],
  ['an empty path', { type: 'String', path: [] }, 'its path "" has an empty key'],
  ['a path of numbers', { type: 'String', path: [1] }, 'path[0] must be a string'],
  ['a path of a key', { type: 'String', from: 'key', path: 'a' }, 'path applies only to'],
  ['an unknown value format', { type: 'DateTime', read: 'epoch_ms' }, "mean 'epoch-ms'?"],
  [
    'a value format of another type',
    { type: 'UUID', read: 'epoch-ms' },
    "column x: UUID can't be read as epoch-ms: it has no other spellings",
  ],
  [
    'a value format of another source',
    { type: 'DateTime', from: 'timestamp', read: 'epoch-s' },
    "read has no meaning with from: 'timestamp'",
  ],
  [
    'JSON of a key',
    { type: 'String', from: 'key', read: 'json' },
    "read: 'json' has no meaning with from: 'key', whose text is not JSON",
  ],
  ['a null', { type: 'String', null: 'zero' }, "column x: null must be 'reject' or 'default'"],
  ['a null without a default', { type: 'String', null: 'default' }, 'needs a default'],
  [
    'a default of another type',
    { type: 'Array(Tuple(a UInt8))', default: [{ a: 1 }, { a: -1 }] },
    'the default does not fit Array(Tuple(a UInt8)): default[1].a must be a whole number',
  ],
  [
    'an expression for NULL',
    { type: 'Nullable(String)', default: { sql: "'x'" } },
    'accepts NULL, so',
  ],
  [
    'an expression for an Array',
    { type: 'Array(String)', default: { sql: '[]' } },
    "because the type can't be Nullable: give a constant",
  ],
  [
    'a default for a value',
    { type: 'String', from: 'value', default: '' },
    'default has no meaning',
  ],
  [
    'a server without one',
    { type: 'DateTime', from: 'server' },
    'the server fills it, but default',
  ],
  ['a transform without one', { type: 'UInt8', from: 'transform' }, 'but the contract has none'],
  ['a value in a number', { type: 'UInt8', from: 'value' }, "can't hold a record's value"],
  ['a timestamp in a UUID', { type: 'UUID', from: 'timestamp' }, "can't hold a record's timestamp"],
  ['a timestamp as text', { type: 'String', from: 'timestamp' }, "can't hold a record's timesta"],
  ['a timestamp in 32 bits', { type: 'UInt32', from: 'timestamp' }, "can't hold a record's timest"],
  ['headers in a String', { type: 'String', from: 'headers' }, "can't hold headers: use Map"],
  ['the rest in a number', { type: 'UInt8', from: 'rest' }, "can't hold the other fields"],
])('a column is refused for %s', (_, column, expected) => {
  const problems = columnProblems({ x: column });
  expect(problems.join('\n')).toContain(expected);
  expect(problems).toHaveLength(1);
});

test('only one column can have the rest', () => {
  const rest = { type: 'String', from: 'rest' };
  expect(columnProblems({ a: rest, b: rest })).toEqual([
    'column b: only one column can have the rest: drop the others',
  ]);
});

test('paths may point into objects that other columns take whole, and only into those', () => {
  for (const outer of [
    { type: 'String', read: 'json' },
    { type: 'String', read: 'json-object' },
    'JSON',
    'Nullable(JSON)',
    'Map(String, String)',
    'Tuple(a String)',
  ]) {
    expect(columnProblems({ o: outer, i: { type: 'Nullable(String)', path: 'o.i' } })).toEqual([]);
  }
  for (const outer of ['String', 'Array(JSON)', 'Nullable(String)', 'Point']) {
    expect(columnProblems({ i: { type: 'Nullable(String)', path: 'o.i' }, o: outer })).toEqual([
      `column i: its path o.i is below the field o, which column o takes as a value without fields`,
    ]);
  }
  const twice = { type: 'String', path: 'o' };
  expect(columnProblems({ a: twice, b: { ...twice, read: 'json' } })).toEqual([]);
  expect(columnProblems({ a: twice, b: twice })).toEqual([
    'columns a and b: both take the field o',
  ]);
});

test('a when below a scalar is refused, because it could never match', () => {
  expect(columnProblems({}, { when: { path: 'ok.type', in: ['x'] } })).toEqual([
    'when: its path ok.type is below the field ok, which column ok takes as a value without fields',
  ]);
  expect(columnProblems({}, { when: { path: 'ok', in: ['x'] } })).toEqual([]);
  expect(columnProblems({}, { when: { path: '', in: ['x'] } })).toEqual([
    'when: its path "" has an empty key',
  ]);
});

test('keys of the table are columns or expressions', () => {
  const orderBy = ['ok', '_offset', 'cityHash64(ok)', 'okay'];
  expect(columnProblems({}, { table: { orderBy } })).toEqual([
    'table.orderBy: there is no column okay: did you mean ok?',
  ]);
});

test.each([
  ['a String', 'String'],
  ['a time that may be missing', 'Nullable(DateTime)'],
  ['a time that the server gives', { type: 'DateTime', default: { sql: 'now()' } }],
  ['a time of the server', { type: 'DateTime', from: 'server', default: { sql: 'now()' } }],
])('the event time cannot be %s', (_, column) => {
  const [problem, ...more] = columnProblems({ at: column }, { eventTime: 'at' });
  expect(problem).toContain('eventTime: column at');
  expect(problem).toContain('must be a Date, DateTime or DateTime64 that every record fills');
  expect(more).toEqual([]);
});

test('the time of the event is a column', () => {
  expect(columnProblems({}, { eventTime: 'at' })).toEqual([
    'eventTime: there is no column at: declare it in columns',
  ]);
  expect(columnProblems({ at: { type: 'Date', from: 'key' } }, { eventTime: 'at' })).toEqual([]);
  expect(columnProblems({ at: { type: 'UInt8', path: 5 } }, { eventTime: 'at' })).toHaveLength(1);
});

test('the hash depends on the content of a contract, not on how it is written', () => {
  const hash = (columns: object, more: object = {}) =>
    define({ name: 'orders', columns, ...more }).hash;
  const a = { x: 'Decimal(18,2)', y: { type: 'Int', path: 'a.b' } };
  const same = {
    x: { type: 'Decimal64(2)', from: 'event' },
    y: { path: ['a', 'b'], type: 'Int32' },
  };
  expect(hash(same)).toBe(hash(a));
  expect(hash(a, { tombstones: 'reject', when: undefined })).toBe(hash(a));
  const others = [
    hash({ y: a.y, x: a.x }),
    hash({ ...a, x: 'Decimal(18, 3)' }),
    hash({ ...a, x: { type: 'Decimal(18, 2)', default: 1n } }),
    hash({ ...a, x: { type: 'Decimal(18, 2)', default: '1' } }),
    hash(a, { tombstones: 'skip' }),
    hash(a, { version: '2' }),
    hash(a, { when: { path: 'a', in: [1] } }),
    hash(a, { when: { path: 'a', in: ['1'] } }),
    hash(a, { transform: (row: unknown) => row }),
    hash(a, { validate: z.unknown() }),
  ];
  expect(new Set([hash(a), ...others]).size).toBe(others.length + 1);
  // Recorded plans carry it, so it must be the same on every machine and in every release.
  expect(hash({ x: 'String' })).toBe('3b4f9bb18531c407');
});
