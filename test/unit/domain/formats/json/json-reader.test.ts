// Promise: a JSON record becomes a row by its contract, or a dead letter with the first fault in the contract's order, its path
// and a rule that quotes nothing. JSON is what JSON.parse accepts, however deep and however escaped. Checked by reading rows
// back from the bytes of the columns.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { specOf } from '../../../../../src/domain/contract/contract-options.js';
import type { Columns } from '../../../../../src/domain/contract/contract-options.js';
import type { ContractOptions } from '../../../../../src/domain/contract/contract-options.js';
import { JsonReader } from '../../../../../src/domain/formats/json/json-reader.js';
import { type RunOptions, runOf } from '../../../../support/json-run.js';

function readerOf(columns: Columns, more: Partial<ContractOptions> = {}): JsonReader {
  return new JsonReader(specOf({ ...more, name: 'test', columns }));
}

/** The row as a transform would see it, or the rejection. */
function read(
  reader: JsonReader,
  value: string | Buffer | null,
  options: RunOptions = {},
): unknown {
  reader.writer.clear();
  const outcome = reader.read(runOf([value], options), 0);
  if (outcome === 'rejected') {
    const { stage, reason, path, error } = reader.rejection;
    return `${stage} ${reason} ${path}: ${error}`;
  }
  if (outcome === 'filtered') return outcome;
  return Object.fromEntries(
    reader.writer.columns.map(({ spec, writer }) => [spec.name, writer.recent(1)[0]]),
  );
}

test('fields are found by name, by path and by a path whose keys have dots', () => {
  const reader = readerOf({
    a: 'String',
    b: { type: 'Int32', path: 'in.deep' },
    c: { type: 'String', path: ['in', 'a.b'] },
    d: { type: 'Nullable(Bool)', path: 'in.deeper.d' },
  });
  expect(read(reader, '{"in":{"a.b":"x","deep":-1},"a":"y","other":[{"a":"z"}]}')).toEqual({
    a: 'y',
    b: -1,
    c: 'x',
    d: null,
  });
  expect(
    read(reader, '{"\\u0061":"y","in":{"a\\u002eb":"x","deep":2,"deeper":{"d":true}}}'),
  ).toEqual({
    a: 'y',
    b: 2,
    c: 'x',
    d: true,
  });
});

test('the last of equal keys counts, including objects on a path', () => {
  const reader = readerOf({
    a: { type: 'Nullable(Int8)', path: 'o.a' },
    b: { type: 'Nullable(Int8)', path: 'o.b' },
  });
  expect(read(reader, '{"o":{"a":1,"b":1},"o":{"b":2}}')).toEqual({ a: null, b: 2 });
  expect(read(reader, '{"o":{"a":1},"o":null}')).toEqual({ a: null, b: null });
  expect(read(reader, '{"o":null,"o":{"a":1,"a":2}}')).toEqual({ a: 2, b: null });
});

test('the first fault in the order of the contract is the reason', () => {
  const reader = readerOf({
    a: 'UInt8',
    items: 'Array(Tuple(sku String, qty UInt8))',
    c: { type: 'Int8', path: 'o.c' },
  });
  expect(
    read(reader, '{"o":{"c":"x"},"items":[{"sku":"a","qty":1},{"sku":"b","qty":300}],"a":1}'),
  ).toBe('validate out_of_range items[1].qty: items[1].qty must be a whole number from 0 to 255');
  expect(read(reader, '{"items":5,"o":5}')).toBe('validate missing_field a: a is required');
  expect(read(reader, '{"a":null,"items":[]}')).toBe('validate null_value a: a must not be null');
  expect(read(reader, '{"a":1,"items":[{"sku":"a"}]}')).toBe(
    'validate missing_field items[0].qty: items[0].qty is required',
  );
  expect(read(reader, '{"a":1,"items":[],"o":5}')).toBe(
    'validate wrong_type o: o must be an object',
  );
  expect(read(reader, '{"a":1,"items":[],"o":{}}')).toBe(
    'validate missing_field o.c: o.c is required',
  );
});

test('a rejected record leaves nothing behind', () => {
  const reader = readerOf({
    a: 'String',
    b: 'Array(LowCardinality(String))',
    c: 'Map(String, Nullable(JSON))',
    d: 'UInt8',
  });
  const run = runOf([
    '{"a":"1","b":["x"],"c":{"k":{}},"d":1}',
    '{"a":"2","b":["y","z"],"c":{"k":null},"d":"no"}',
    '{"a":"3","b":["y",7],"c":{},"d":1}',
    '{"a":"4","b":[],"c":{"l":{"m":1}},"d":2}',
  ]);
  const outcomes = [0, 1, 2, 3].map((index) => reader.read(run, index));
  expect(outcomes).toEqual(['row', 'rejected', 'rejected', 'row']);
  const alone = readerOf({
    a: 'String',
    b: 'Array(LowCardinality(String))',
    c: 'Map(String, Nullable(JSON))',
    d: 'UInt8',
  });
  alone.read(run, 0);
  alone.read(run, 3);
  // The dictionary may keep keys that no row has, so rows are compared instead.
  const partsOf = (from: JsonReader) =>
    from.writer
      .encode(2)
      .filter(({ name }) => name !== 'b')
      .map(({ parts }) => Buffer.concat(parts).toString('hex'));
  expect(partsOf(reader)).toEqual(partsOf(alone));
});

test.each([
  ['', 'decode invalid_json : the value is empty'],
  ['{', 'decode invalid_json : the value is not JSON'],
  ['{"a":1}}', 'decode invalid_json : the value is not JSON'],
  ['{"a":1,}', 'decode invalid_json : the value is not JSON'],
  ["{'a':1}", 'decode invalid_json : the value is not JSON'],
  ['{"a":01}', 'decode invalid_json : the value is not JSON'],
  ['{"a":NaN}', 'decode invalid_json : the value is not JSON'],
  ['\ufeff{"a":1}', 'decode invalid_json : the value is not JSON'],
  ['[1]', 'validate wrong_type : the value must be a JSON object'],
  ['1', 'validate wrong_type : the value must be a JSON object'],
  ['"{}"', 'validate wrong_type : the value must be a JSON object'],
  ['null', 'validate wrong_type : the value must be a JSON object'],
  [
    Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    'decode invalid_utf8 : the value is not UTF-8',
  ],
  [null, 'decode null_value : the record has no value: a tombstone'],
])('%s is rejected before any field', (value, expected) => {
  expect(read(readerOf({ a: 'Nullable(Int8)' }), value)).toBe(expected);
});

test('depth is not a fault', () => {
  const reader = readerOf({ a: 'Int8', b: { type: 'String', read: 'json' } });
  const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
  expect(read(reader, `{"x":${deep},"b":${deep},"a":7}`)).toEqual({ a: 7, b: deep });
  const broken = `{"x":${'['.repeat(5_000)}${']'.repeat(4_999)},"a":7}`;
  expect(read(reader, broken)).toContain('invalid_json');
});

test('exactly what JSON.parse accepts is JSON', () => {
  const reader = readerOf({ a: { type: 'Nullable(String)', read: 'json' } });
  const isJson = (text: string) => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  fc.assert(
    fc.property(
      fc.json(),
      fc.nat(),
      fc.constantFrom(
        '',
        ',',
        '"',
        '{',
        '}',
        '[',
        ']',
        ':',
        '0',
        '-',
        'e',
        '\\',
        'u',
        ' ',
        '\n',
        '\0',
        'é',
      ),
      fc.boolean(),
      (json, at, piece, replaces) => {
        const text = `{"a":${json}}`;
        const place = at % text.length;
        const changed = text.slice(0, place) + piece + text.slice(place + (replaces ? 1 : 0));
        const got = read(reader, changed);
        const isRejected = typeof got === 'string' && got.includes('invalid_json');
        expect(isRejected, changed).toBe(!isJson(changed));
      },
    ),
    { numRuns: 5_000 },
  );
});

test('a truncated record is not read past its end', () => {
  const reader = readerOf({ abc: 'Int32' });
  const run = runOf(['{"ab', 'c":1}', '{"abc":1', '2}']);
  expect([0, 1, 2, 3].map((index) => reader.read(run, index))).toEqual(
    Array.from({ length: 4 }, () => 'rejected'),
  );
});

test('key, headers, timestamp and the value itself can be columns', () => {
  const reader = readerOf({
    key: { type: 'Nullable(UInt64)', from: 'key' },
    trace: { type: 'String', from: { header: 'trace' }, default: 'none' },
    headers: { type: 'Map(LowCardinality(String), String)', from: 'headers' },
    at: { type: "DateTime64(3, 'UTC')", from: 'timestamp' },
    ms: { type: 'Int64', from: 'timestamp' },
    raw: { type: 'String', from: 'value' },
  });
  const headers = [
    { key: 'trace', value: Buffer.from('1') },
    { key: 'trace', value: Buffer.from('2') },
    { key: 'x', value: Buffer.from('') },
  ];
  expect(read(reader, '{ }', { keys: ['18446744073709551615'], headers })).toEqual({
    key: 18_446_744_073_709_551_615n,
    trace: '2',
    headers: { trace: '2', x: '' },
    at: '2023-11-14T22:13:20.123Z',
    ms: 1_700_000_000_123n,
    raw: '{ }',
  });
  expect(read(reader, '{}', { keys: [null] })).toMatchObject({
    key: null,
    trace: 'none',
    headers: {},
  });
  expect(read(reader, '{}', { keys: ['x'] })).toContain('validate wrong_type key: key must be');
  expect(read(reader, '{}', { timestamp: -1 })).toContain('validate missing_field timestamp:');
  expect(read(reader, '{}', { headers: [{ key: 'a', value: null }] })).toContain(
    'null_value headers[0]:',
  );
});

test('the rest contains the fields that no column takes, as they were sent', () => {
  const columns = {
    a: 'Nullable(Int8)',
    b: { type: 'Nullable(Int8)', path: 'in.b' },
  } as const;
  const text = '{"x" : [1, {"a":2}] ,"a":1,"in":{"b":2,"c":3},"y":1.50,"x":"\\u00e9","y":-0}';
  expect(
    read(readerOf({ ...columns, rest: { type: 'String', from: 'rest' } }), text),
  ).toMatchObject({
    rest: '{"x":"\\u00e9","y":-0}',
  });
  expect(read(readerOf({ ...columns, rest: { type: 'JSON', from: 'rest' } }), text)).toMatchObject({
    rest: { x: 'é', y: -0 },
  });
  const map = { type: 'Map(String, String)', from: 'rest' } as const;
  expect(read(readerOf({ ...columns, rest: map }), '{"x":"1"}')).toMatchObject({
    rest: { x: '1' },
  });
  expect(read(readerOf({ ...columns, rest: map }), '{"x":1}')).toContain('wrong_type rest[0]:');
  expect(read(readerOf({ ...columns, rest: map }), '{"a":1}')).toMatchObject({ rest: {} });
});

test('defaults replace missing fields, and null only if the column says so', () => {
  const reader = readerOf({
    a: { type: 'LowCardinality(String)', default: 'web' },
    b: { type: 'Array(Tuple(x UInt8))', default: [{ x: 1 }], null: 'default' },
    c: { type: 'Nullable(Int8)', default: 5 },
    d: { type: 'Nullable(Int8)', default: 5, null: 'default' },
    e: { type: 'DateTime', default: { sql: 'now()' } },
    f: { type: 'LowCardinality(String)', default: { sql: "'x'" } },
  });
  expect(read(reader, '{}')).toEqual({ a: 'web', b: [{ x: 1 }], c: 5, d: 5, e: null, f: null });
  expect(read(reader, '{"b":null,"c":null,"d":null}')).toMatchObject({
    b: [{ x: 1 }],
    c: null,
    d: 5,
  });
  expect(read(reader, '{"a":null}')).toBe('validate null_value a: a must not be null');
  expect(read(reader, '{"e":null}')).toBe('validate null_value e: e must not be null');
  expect(reader.writer.encode(1).map(({ type }) => type)).toEqual([
    'LowCardinality(String)',
    'Array(Tuple(x UInt8))',
    'Nullable(Int8)',
    'Nullable(Int8)',
    'Nullable(DateTime)',
    'LowCardinality(Nullable(String))',
  ]);
});

test('when accepts records whose field has one of the values, and filters the others', () => {
  const when = { path: 'o.type', in: ['created', 5, true] };
  const reader = readerOf({ a: 'Int8' }, { when });
  const accepted = ['"created"', '"\\u0063reated"', '5', '5.0', 'true'];
  const filtered = ['"other"', '"5"', '6', 'false', 'null', '[]', '{"type":"created"}'];
  for (const type of accepted) {
    expect(read(reader, `{"o":{"type":${type}},"a":1}`), type).toEqual({ a: 1 });
  }
  for (const type of filtered) {
    expect(read(reader, `{"o":{"type":${type}},"a":"bad"}`), type).toBe('filtered');
  }
  expect(read(reader, '{"a":"bad"}')).toBe('filtered');
  expect(read(reader, '{"o":{"type":"created"},"a":"bad"}')).toContain('wrong_type a');
  expect(read(reader, '{"o":')).toContain('invalid_json');
});

test('tombstones are rejected or filtered', () => {
  expect(read(readerOf({ a: 'Int8' }, { tombstones: 'skip' }), null)).toBe('filtered');
});

test('the event time is that of its column, or that of the record', () => {
  const reader = readerOf({ at: 'DateTime', day: 'Date' }, { eventTime: 'at' });
  read(reader, '{"at":"2024-01-01T00:00:00Z","day":"2024-01-02"}');
  expect(reader.seconds).toBe(1_704_067_200);
  const byDay = readerOf({ at: 'DateTime', day: 'Date' }, { eventTime: 'day' });
  read(byDay, '{"at":"2024-01-01T00:00:00Z","day":"2024-01-02"}');
  expect(byDay.seconds).toBe(1_704_153_600);
  const byRecord = readerOf({ day: 'Date' });
  read(byRecord, '{"day":"2024-01-02"}');
  expect(byRecord.seconds).toBe(1_700_000_000);
});
