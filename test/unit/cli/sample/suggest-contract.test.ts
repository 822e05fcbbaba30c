// Promise: the columns that a sample suggests have ClickHouse types that fit, with room for values that grow, and accept every
// event of the sample, except for a few that differ from all others and are named. Checked case by case, and with arbitrary
// events read by the contract itself.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  contractOfSuggestion,
  suggestContract,
} from '../../../../src/cli/sample/suggest-contract.js';
import { testContract } from '../../../../src/testing/test-contract.js';
import { sampleOf } from '../../../support/sample-records.js';

/** The type that these values suggest for a single column, with `read` after it. */
function typeOf(values: readonly unknown[]): string {
  const { columns } = suggestContract('orders', sampleOf(values.map((x) => ({ x, one: 1 }))));
  const { type, read } = columns.find(({ name }) => name === 'x')?.options ?? { type: 'none' };
  return read === undefined ? type : `${type} ${read}`;
}

const many = <T>(count: number, value: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => value(index));

test.each<[string, readonly unknown[], string]>([
  ['small numbers', [1, 2, 255], 'UInt32'],
  ['numbers that may grow beyond 32 bits', [1, 3_000_000_000], 'UInt64'],
  ['negative numbers', [-1, 7], 'Int32'],
  ['large negative numbers', [-2_000_000_000, 7], 'Int64'],
  ['whole numbers that are written with a point', [1.0, 2.0], 'UInt32'],
  ['fractions', [1, 1.5], 'Float64'],
  ['true and false', [true, false], 'Bool'],
  ['numbers and null', [1, null], 'Nullable(UInt32)'],
  ['only null', [null, null], 'Nullable(String) json'],
  ['texts', ['a', 'b'], 'String'],
  ['few strings', many(100, (index) => `s${index % 5}`), 'LowCardinality(String)'],
  [
    'few strings and null',
    many(100, (index) => (index === 7 ? null : `s${index % 5}`)),
    'LowCardinality(Nullable(String))',
  ],
  ['as many strings as events', many(100, (index) => `s${index}`), 'String'],
  ['UUIDs', ['6f2d1c1e-4b7a-4c50-9d7e-0a1b2c3d4e5f'], 'UUID'],
  ['UUIDs and another string', ['6f2d1c1e-4b7a-4c50-9d7e-0a1b2c3d4e5f', 'none'], 'String'],
  ['timestamps', ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.123+02:00'], "DateTime64(3, 'UTC')"],
  ['precise timestamps', ['2026-01-31T12:00:00.123456Z'], "DateTime64(6, 'UTC')"],
  ['dates', ['2026-01-31', '2026-02-01'], 'Date'],
  ['dates and timestamps', ['2026-01-31', '2026-01-31T12:00:00Z'], 'String'],
  ['numbers in strings', ['20260131', '7'], 'String'],
  ['addresses', ['10.0.0.1', '192.0.2.7'], 'IPv4'],
  ['arrays of numbers', [[1, 2], []], 'Array(UInt32)'],
  ['arrays with null', [[1, null]], 'Array(Nullable(UInt32))'],
  ['arrays of arrays', [[['a'], ['b']]], 'Array(Array(String))'],
  ['empty arrays', [[], []], 'String json'],
  ['arrays of mixed values', [[1, 'a']], 'String json'],
  [
    'arrays of objects',
    [[{ sku: 'a', qty: 1 }, { sku: 'b' }]],
    'Array(Tuple(sku String, qty Nullable(UInt32)))',
  ],
  ['mixed values', [1, 'a'], 'String json'],
  ['empty objects', [{}, {}], 'String json'],
  [
    'objects whose keys are values',
    many(50, (index) => ({ [`k${index}`]: 'v' })),
    'Map(LowCardinality(String), String)',
  ],
  [
    'objects with many kinds of keys',
    many(50, (index) => ({ [`k${index}`]: index % 2 ? 1 : 'v' })),
    'JSON',
  ],
])('%s become the expected type', (_, values, type) => {
  expect(typeOf(values)).toBe(type);
});

const others = (value: (index: number) => unknown, odd: unknown) => [...many(199, value), odd];

test.each<[string, readonly unknown[], string]>([
  ['number', others((index) => index, 'n/a'), 'UInt32'],
  ['timestamp', others(() => '2026-01-31T12:00:00Z', '31/12/2026 08:00'), "DateTime64(3, 'UTC')"],
  ['true or false', others((index) => index % 2 === 0, 'perhaps'), 'Bool'],
  ['text', others((index) => `s${index}`, { s: 1 }), 'String'],
  ['fraction', others((index) => index, 1.5), 'Float64'],
  ['array', others((index) => [index], 'none'), 'Array(UInt32)'],
])('one value of 200 that is not a %s does not change the type', (_, values, type) => {
  const { columns, rejected } = suggestContract('orders', sampleOf(values.map((x) => ({ x }))));
  expect(columns[0]?.options).toEqual({ type });
  expect(rejected).toBe(type === 'Float64' ? 0 : 1);
  const misfit = '; 1 event does not fit (at offset 199 of partition 0)';
  expect(columns[0]?.why.endsWith(misfit)).toBe(type !== 'Float64');
});

test('one event of 400 without its id or an object does not change the columns', () => {
  const event = (index: number) => ({
    order_id: index,
    created_at: '2026-01-31T12:00:00Z',
    to: { city: `c${index}` },
  });
  const events = [
    ...many(397, event),
    { ...event(500), order_id: undefined },
    { ...event(501), created_at: undefined },
    { ...event(502), to: 'n/a' },
  ];
  const suggestion = suggestContract('orders', sampleOf(events));
  expect(suggestion).toMatchObject({
    ...{
      id: 'order_id',
      eventTime: 'created_at',
      orderBy: ['created_at', 'order_id'],
      rejected: 3,
    },
    columns: [
      { name: 'order_id', options: { type: 'UInt32' } },
      { name: 'created_at', options: { type: "DateTime64(3, 'UTC')" } },
      { name: 'to_city', options: { type: 'String', path: 'to.city' } },
    ],
  });
  expect(suggestion.columns.map(({ why }) => why)).toEqual([
    expect.stringContaining('in 399 of 400 events; 1 event does not fit') as string,
    expect.stringContaining('in 399 of 400 events; 1 event does not fit') as string,
    expect.stringContaining('in 399 of 400 events; 1 event does not fit') as string,
  ]);
});

test('three different values of 200 change the type, and so does one of 50', () => {
  const odd = ['a', 'b', 'c'];
  expect(typeOf([...many(197, (index) => index), ...odd])).toBe('String json');
  expect(typeOf([...many(49, (index) => index), 'a'])).toBe('String json');
});

test.each([
  ['milliseconds', [1_700_000_000_000, 1_999_999_999_999], true],
  ['one time', [1_700_000_000_000], true],
  ['seconds', [1_700_000_000], false],
  ['microseconds', [1_700_000_000_000_000], false],
  ['other numbers too', [0, 1_700_000_000_000], false],
])('whole numbers that look like %s say how they become a time, or not', (_, values, isTime) => {
  const { columns } = suggestContract('orders', sampleOf(values.map((at) => ({ at }))));
  const hint = "milliseconds since 1970, use DateTime64(3, 'UTC') with read: 'epoch-ms'";
  expect(columns[0]?.why.includes(hint)).toBe(isTime);
  expect(columns[0]?.options.type).toMatch(/^UInt/);
});

test('fractions that are coordinates are not taken for amounts', () => {
  const names = ['lat', 'LON', 'geo_lng', 'pickupLatitude', 'Longitude', 'amount', 'flat', 'colon'];
  const event = Object.fromEntries(names.map((name) => [name, 1.5]));
  const nested = { ...event, place: { lat: 1.5 } };
  const { columns } = suggestContract('orders', sampleOf([nested]));
  const hinted = columns.filter(({ why }) => why.includes('for amounts, Decimal'));
  expect(hinted.map(({ name }) => name)).toEqual(['amount', 'flat', 'colon']);
});

test('integers beyond 2^53 keep their digits', () => {
  const { columns } = suggestContract(
    'orders',
    sampleOf(['{"a":18446744073709551615,"b":-170141183460469231731687303715884105728}']),
  );
  expect(columns.map(({ options }) => options.type)).toEqual(['UInt64', 'Int128']);
  expect(columns[0]?.why).toBe('the whole number 18446744073709551615');
});

test('nested objects become columns with a path, and optional fields become NULL or empty', () => {
  const { columns, id, eventTime, orderBy, partitionBy } = suggestContract(
    'orders',
    sampleOf([
      { id: 1, at: '2026-01-31T12:00:00Z', customer: { name: 'a', 'full.name': 'b' }, tags: ['x'] },
      { id: 2, at: '2026-01-31T12:00:01Z', customer: { name: 'c', 'full.name': 'd' }, _offset: 5 },
    ]),
  );
  expect(Object.fromEntries(columns.map(({ name, options }) => [name, options]))).toEqual({
    id: { type: 'UInt32' },
    at: { type: "DateTime64(3, 'UTC')" },
    customer_name: { type: 'String', path: 'customer.name' },
    customer_full_name: { type: 'String', path: ['customer', 'full.name'] },
    tags: { type: 'Array(String)', default: [], null: 'default' },
    _offset_2: { type: 'Nullable(UInt32)', path: '_offset' },
  });
  expect({ id, eventTime, orderBy, partitionBy }).toEqual({
    ...{ id: 'id', eventTime: 'at', orderBy: ['at', 'id'], partitionBy: 'toYYYYMM(at)' },
  });
  expect(columns.find(({ name }) => name === 'tags')?.why).toBe('arrays; in 1 of 2 events');
});

test('the event time is a field that every event has', () => {
  const { eventTime } = suggestContract(
    'orders',
    sampleOf([
      { shipped: '2026-01-31T12:00:00Z', created_at: '2026-01-31T12:00:00Z' },
      { shipped: '2026-01-31T12:00:00Z', created_at: '2026-01-31T12:00:00Z' },
    ]),
  );
  expect(eventTime).toBe('created_at');
  const none = suggestContract('orders', sampleOf([{ at: '2026-01-31T12:00:00Z' }, {}]));
  expect(none).toMatchObject({ eventTime: null, orderBy: [] });
});

test('a column whose own type would reject a value accepts any value', () => {
  // Beyond the year 2262, nanoseconds do not fit.
  const sample = sampleOf([
    { at: '2026-01-31T12:00:00.123456789Z' },
    { at: '2290-01-31T12:00:00Z' },
  ]);
  const suggestion = suggestContract('orders', sample);
  expect(suggestion.columns[0]?.options).toEqual({ type: 'String', read: 'json' });
  expect(suggestion.eventTime).toBeNull();
});

test('records that are not objects are counted and add no columns', () => {
  const suggestion = suggestContract('orders', sampleOf(['no JSON', '[1]', '7', '', { a: 1 }]));
  expect(suggestion).toMatchObject({ records: 5, events: 1 });
  expect(suggestion.columns.map(({ name }) => name)).toEqual(['a']);
  expect(suggestContract('orders', sampleOf(['no JSON'])).columns).toEqual([]);
});

test('the suggested contract accepts every event of the sample, whatever it contains', () => {
  const event = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 6 });
  const clock = fc.date({ noInvalidDate: true }).map((date) => date.toJSON());
  const typed = fc.record(
    {
      ...{ id: fc.uuid(), at: clock, n: fc.integer(), f: fc.double(), t: fc.string() },
      list: fc.array(
        fc.record({ a: fc.integer(), b: fc.option(fc.string()) }, { requiredKeys: [] }),
      ),
    },
    { requiredKeys: ['id'] },
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(event, typed), { minLength: 1, maxLength: 8 }), (events) => {
      const sample = sampleOf(events);
      const suggestion = suggestContract('orders', sample);
      if (suggestion.columns.length === 0) {
        // Only empty objects and keys without a name.
        return events.every((each) => Object.keys(each).every((key) => key === ''));
      }
      const { rows } = testContract(contractOfSuggestion(suggestion)).read(sample.records);
      return rows.length === events.length;
    }),
    { numRuns: 200 },
  );
});

const uuid = (index: number) => `61f0c404-5cb3-11e7-907b-a6006ad3dba${index}`;

test.each<[string | null, (index: number) => object]>([
  ['id', (id) => ({ id })],
  ['tripId', (tripId) => ({ tripId })],
  ['trip_uuid', (index) => ({ trip_uuid: `t${index}` })],
  ['tripId', (index) => ({ driver: { id: index }, tripId: uuid(index) })],
  [null, (paid) => ({ paid })],
  [null, () => ({ id: 7 })],
])(
  'the column that identifies an event is found by name, with a UUID first: %s',
  (expected, event) => {
    expect(suggestContract('trips', sampleOf(many(3, event))).id).toBe(expected);
  },
);
