// Promise: the engine takes the values that records usually have, with the bytes of the reference reader, and leaves those that are no
// row or that it is not sure of. Checked value by value for IP addresses, times, Tuples, shapes, JSON and the rest.
import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import type { Columns } from '../../../src/domain/contract/contract-options.js';
import { type Contract, defineContract } from '../../../src/domain/contract/define-contract.js';
import { compareReaders } from '../../support/engine-cases/compare-readers.js';
import { compiledEngine } from '../../support/engine-cases/compiled-engine.js';

const BOUNDS = { bytes: 32 * 1_024, records: 1_024 };

const quoted = (text: string) => text.split(' ').map((each) => `"${each}"`);
const nested = (levels: number) => '{"a":'.repeat(levels - 1) + '{}' + '}'.repeat(levels - 1);
const lists = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;
const wide = (keys: number) =>
  `{${Array.from({ length: keys }, (_, key) => `"k${key}":1`).join(',')}}`;

type Case = readonly [column: Columns[string], taken: readonly string[], left: readonly string[]];

const IP6 = quoted(
  '2001:db8::1 :: ::1 1:: FE80::abCD 1:2:3:4:5:6:7:8 1:2:3:4:5:6:7:: ::2:3:4:5:6:7:8 1:2:3:4:5:6:1.2.3.4 ' +
    '::ffff:1.2.3.4 64:ff9b::192.0.2.33 1:2:3:4:5::255.0.0.9 1.2.3.4 0.0.0.0',
);
const NO_IP6 = quoted(
  '1:2:3:4:5:6:7:8:: ::1:2:3:4:5:6:7:8 1::2::3 ::: :::: :1 :1:: 1: 1::2: 12345:: g:: 1:2:3:4:5:6:7 1:2:3:4:5:6:7:8:9 ' +
    '1:2:3:4:5:6:7:1.2.3.4 1:2:3:4:5:6::1.2.3.4 1::2:3:4:5:6:1.2.3.4 :1.2.3.4 ::1.2.3.4:5 ::01.2.3.4 ::1.2.3.256 ' +
    '::1.2.3 1.2.3.4.5 1.2.3 ::1. ::1%1 \\u0031::',
);

const TIMES = quoted(
  '00:00:00 12:34:56 -01:02:03 999:59:59 -999:59:59 12:34:56.7 12:34:56.123456789012 -00:00:00.5',
);
const NO_TIMES = quoted(
  '1:02:03 1000:00:00 12:60:00 12:00:60 12:00 12 12:00:00. 12:00:00,5 12-00:00 12:00-00 --12:00:00 12:00:00Z ' +
    '12:0a:00 12:00:0a -',
);

/** All of them start with a brace, which takes nothing but objects. */
const OBJECTS = [
  ...['{}', '{"a":1}', '{ "a" : [ 1 , 2 ] ,\n"b":{ } }', '{"a":{"b":{"c":[{"d":null}]}}}'],
  ...['{"a":true,"b":"x","c":1.5,"d":null,"e":-0,"f":[],"g":0.0}', '{"":1,"é":"é😀","a b":2}'],
  ...['{"a":"\\n\\"\\u00e9\\ud83d\\ude00"}', '{"a":[1,"x",2.5,null],"b":[true,null],"c":["x"]}'],
  ...['{"a":18446744073709,"b":9223372036854775808,"c":-9223372036854775808}'],
  ...[`{"a":9.9e307,"b":1E-400,"c":0.${'1'.repeat(400)},"d":${'9'.repeat(308)}.5}`],
  ...['{"a":1e99,"b":-2.5E-10,"c":[9007199254740993,1],"d":[9007199254740991,0.5]}'],
  ...['{"http.method":"GET","http.status":200}', wide(200)],
  ...['{"a":[{"b":true},{"b":1},{"b":[2.5]}],"b":[9007199254740993]}', nested(32), lists(31)],
  ...['{"a":[[1],[2.5]],"ab":1,"abc":2,"abcdefghi":3,"abcdefghj":4}'],
];
const NO_OBJECTS = [
  ...['[]', '1', '"{}"', 'true', '{"a":1,"a":2}', '{"a":{"b":1,"b":2}}', '{"a":1,"\\u0061":2}'],
  ...['{"a\\:1}', '{"abcdefghi":1,"abcdefghj":2,"abcdefghi":3}', '{"":1,"":2}'],
  ...['{"a":[{"b":1,"b":2}]}', '{"a.b":1,"a":{"b":2}}', '{"a":{"b":1},"a.b":2}', '{"a":1,"a.b":2}'],
  ...['{"a.b":1,"a":2}', '{"x":{"a.b":1,"a":{"b":2}}}', '{"a.b":{"c":1},"a":{"b.c":2}}'],
  ...['{"a":18446744073709551616}', '{"a":-9223372036854775809}', '{"a":99999999999999999999}'],
  ...[
    '{"a":1e309}',
    `{"a":${'9'.repeat(310)}.5}`,
    '{"a":[1e400]}',
    '{"a":1e18446744073709551617}',
    `{"a":${'9'.repeat(220)}e+99}`,
  ],
  ...[
    '{"a":"\\ud800"}',
    '{"a":"x\\udc00"}',
    '{"a":"\\udc00\\udc00"}',
    '{"a":"\\ud83d\\u0041"}',
    '{"a":["\\ud83dx"]}',
  ],
  ...['{"\\udc00":1}', '{"a":[true,1]}', '{"a":["x",false]}', '{"a":[[true],["x"]]}'],
  ...['{"a":[9007199254740993,0.5]}', '{"a":[0.5,{"b":1},-9007199254740993]}'],
  ...['{"a":[[1.5],{},[9007199254740993]]}', nested(1_001), lists(1_001)],
];
/** These are rows, by the reference reader. */
const DOUBTFUL_OBJECTS = [
  nested(33),
  lists(33),
  wide(300),
  '{"\\u0061":1}',
  '{"a":1e308}',
  '{"a":0e1000}',
];

const CASES: readonly Case[] = [
  ['IPv6', IP6, [...NO_IP6, '""', 'null', '1']],
  ['Nullable(IPv6)', ['null', ...IP6], NO_IP6],
  ['LowCardinality(IPv6)', [...IP6, ...IP6], NO_IP6],
  [{ type: 'IPv6', default: '::1', null: 'default' }, ['null', '"::2"'], NO_IP6],
  ['Time', TIMES, [...NO_TIMES, '""', 'null', '45']],
  ...[0, 3, 9].map((scale): Case => [`Time64(${scale})`, TIMES, NO_TIMES]),
  ['Array(Nullable(Time64(3)))', [`[${TIMES.join(',')},null]`, '[]'], ['["12:00"]']],
  [
    'Tuple(UInt8, Nullable(String))',
    ['[1,"a"]', '[ 1 , null ]', '[255,"\\u00e9"]'],
    [
      '[1]',
      '[1,"a",2]',
      '[]',
      '{}',
      '[null,"a"]',
      '[256,"a"]',
      'null',
      '[1,"a",]',
      '[1 "a"]',
      '[1]"a"]',
    ],
  ],
  [
    'Tuple(Tuple(UInt8), Array(Tuple(Int8, Int8)))',
    ['[[1],[[2,3],[4,-5]]]', '[[1],[]]'],
    ['[[1]]'],
  ],
  [
    'Tuple(a UInt8, b Nullable(String))',
    ['[1,"a"]', '[1,null]', '{"b":"x","a":1}', '{"a":2}'],
    ['[1]', '[1,"a",2]', '[]', '{"a":1,"a":2}'],
  ],
  ['Tuple(Nullable(UInt8))', ['[1]', '[null]'], ['{}', '{"":1}', '[]', 'null']],
  ['Array(Tuple(UInt8))', ['[[1],[2]]'], ['[[1,,[2]]', '[[1][2]]']],
  ['Nested(a UInt8, b String)', ['[[1,"a"],{"a":2,"b":"x"}]', '[]'], ['[[1]]', '[1,"a"]']],
  ['Point', ['[1,2]', '[-1.5e3, 0.25]'], ['[1]', '[1,2,3]', '{}', '["1",2]', '[1,null]']],
  ['Ring', ['[[1,2],[3,4.5]]', '[]'], ['[1,2]', '[[1]]']],
  ['LineString', ['[[1,2],[3,4.5]]'], ['[[1]]']],
  ['MultiLineString', ['[[[1,2],[3,4.5]],[]]'], ['[[[1]]]']],
  ['Polygon', ['[[[1,2],[3,4.5]]]', '[]'], ['[[[1]]]']],
  ['MultiPolygon', ['[[[[1,2]],[[3,4.5]]]]'], ['[[[[1]]]]']],
  ['Map(String, Point)', ['{"a":[1,2]}'], ['{"a":[1]}']],
  ['JSON', OBJECTS, [...NO_OBJECTS, ...DOUBTFUL_OBJECTS, 'null']],
  ['JSON(max_dynamic_paths=8, SKIP a.b)', OBJECTS, NO_OBJECTS],
  ['Nullable(JSON)', ['null', ...OBJECTS], NO_OBJECTS],
  ['Array(JSON)', ['[]', `[${OBJECTS.join(',')}]`], ['[{"a":1,"a":2}]', '[1]', '[null]']],
  ['Map(String, JSON)', ['{"a":{"a":1},"b":{"a":1}}'], ['{"a":{"a":1,"a":2}}']],
  ['Tuple(a JSON, b UInt8)', ['{"b":1,"a":{"b":1}}', '[{"x":1},2]'], ['{"b":1,"a":{"b":1,"b":2}}']],
  [{ type: 'JSON', default: { a: 1 }, null: 'default' }, ['null', '{}', '{"a":2}'], ['[]']],
];

function takenOf(contract: Contract, records: readonly string[], bounds = BOUNDS): number {
  const values = records.map((text) => Buffer.from(text));
  return compareReaders(compiledEngine(), { contract, values }, bounds).taken;
}

test.each(CASES)('the engine takes values of %j', (column, taken, left) => {
  const contract = defineContract({ name: 'some', columns: { v: column } });
  const recordOf = (value: string) => `{"v": ${value} }`;
  expect(takenOf(contract, taken.map(recordOf))).toBe(taken.length);
  for (const value of left) {
    // Behind a good record, which must stay as it is.
    const records = [recordOf(taken[0]!), recordOf(value), recordOf(taken.at(-1)!)];
    expect(takenOf(contract, records), value).toBe(2);
  }
});

/** Records of a contract with `id` and `in.b`, and one column of everything else. */
const REST = ['{"id":1}', '{"id":1,"x":1}', '{"x" : 1 ,"in":{"b":2,"c":3},"id":1, "y":2}'];
const REST_TEXTS = [
  ...REST,
  '{"a.b":1,"id":1,"a":{"b":[true,1]},"n":null,"t":"\\ud800","e":1e400}',
  `{"id":1,${wide(200).slice(1)}`,
  '{"in":null,"":"","id":1,"é":"}","idx":[{"id":2,"id":3}],"i":0}',
];
const NO_REST = [
  ...['{"x":1,"id":1,"x":2}', '{"x":1,"id":1,"x":1}', '{"\\u0078":1,"id":1}', '{"id":1,"":1,"":2}'],
  ...[
    '{"x":1}',
    '{"id":1,"x":}',
    '{"id":1,"x":1',
    '{"id":1,"x"}',
    '{"id":1,"x\\:1}',
    `{"id":1,${wide(300).slice(1)}`,
  ],
];
const REST_CASES: readonly (readonly [
  type: string,
  taken: readonly string[],
  left: readonly string[],
])[] = [
  ['String', REST_TEXTS, NO_REST],
  ['Nullable(String)', REST_TEXTS, NO_REST],
  ['LowCardinality(String)', [...REST_TEXTS, ...REST_TEXTS], NO_REST],
  ['LowCardinality(Nullable(String))', REST_TEXTS, NO_REST],
  [
    'JSON',
    [...REST, `{"id":1,${wide(200).slice(1)}`],
    [...NO_REST, '{"id":1,"a":1,"a.b":2}', '{"id":1,"a":{"b":1,"b":2}}', '{"id":1,"a":1e309}'],
  ],
  ['Map(String, UInt8)', REST, [...NO_REST, '{"id":1,"x":"1"}', '{"id":1,"x":256}']],
  ['Map(LowCardinality(String), JSON)', ['{"id":1,"x":{"a":1},"y":{}}'], ['{"id":1,"x":1}']],
];

test.each(REST_CASES)('the engine takes the rest into %s', (type, taken, left) => {
  const contract = defineContract({
    name: 'some',
    columns: {
      rest: { type, from: 'rest' },
      id: 'UInt8',
      labels: 'Map(String, UInt8)',
      b: { type: 'Nullable(UInt8)', path: 'in.b' },
    },
    when: { path: 'kind', in: ['x'] },
  });
  // The value of `when` and the fields of other columns are no rest. Maps look out for repeated keys as the rest does.
  const recordOf = (text: string) => `{"labels":{"x":1,"id":2},"kind":"x",${text.slice(1)}`;
  expect(takenOf(contract, taken.map(recordOf))).toBe(taken.length);
  for (const text of left) {
    expect(takenOf(contract, [taken[0]!, text, taken[0]!].map(recordOf)), text).toBe(2);
  }
});

test('a contract of nothing but the rest is read by the engine', () => {
  const contract = defineContract({
    name: 'all',
    columns: { all: { type: 'String', from: 'rest' } },
  });
  const texts = ['{}', '{"a":1}', '{ "a" : { "b" : 1 } , "c":2}'];
  expect(takenOf(contract, texts)).toBe(texts.length);
});

test('the rest may be as long as a record', () => {
  const contract = defineContract({
    name: 'long',
    columns: { id: 'UInt8', all: { type: 'String', from: 'rest' } },
  });
  const bytes = 1_024 * 1_024;
  const text = `{"id":1,"x":"${'x'.repeat(bytes - 100)}"}`;
  expect(takenOf(contract, ['{"id":1}', text], { bytes, records: 2 })).toBe(2);
});

test('an address with too many groups changes nothing of other columns', () => {
  const contract = defineContract({
    name: 'some',
    columns: { v: 'IPv6', n: 'UInt64', m: 'UInt64' },
  });
  const recordOf = (address: string) => `{"n":1,"m":2,"v":"${address}"}`;
  const most = '1:'.repeat(14_000);
  expect(takenOf(contract, ['::1', most, '::2'].map(recordOf))).toBe(2);
});
