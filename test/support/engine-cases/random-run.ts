import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import type { Columns } from '../../../src/domain/contract/contract-options.js';
import { contractOf, type Contract } from '../../../src/domain/contract/define-contract.js';
import { specOf } from '../../../src/domain/contract/contract-options.js';
import { columnPlansOf } from '../../../src/engine/column-plan.js';
import { anyTypeCase } from '../type-cases/container-cases.js';
import type { TypeCase, ValueCase } from '../type-cases/value-case.js';
import { mutated } from './mutated.js';

/**
 * A contract that the engine supports, and records for it: valid, invalid and random ones side by side in one buffer.
 */
export interface RandomRun {
  readonly contract: Contract;
  readonly values: readonly Buffer[];
}

interface Column {
  readonly name: string;
  readonly options: Columns[string];
  readonly path: readonly string[];
  readonly values: fc.Arbitrary<ValueCase>;
}

/** Records that are generated for a contract. The others are mutations of these. */
const TEXTS = 20;

const PATHS = [['c0'], ['c1'], ['in', 'c2'], ['in', 'deep', 'c3'], ['c4 "ü"']];

/** Members that no column takes: each text holds some. A key may occur twice. */
const OTHERS = [
  ...['"x":"1"', '"x":{},"y":{"z":"a"}', '"y":{"a":1.5,"b":[1,"x"]}', '"é é":"\\n","z":""'],
  ...['"a":"b","c":"d","a.b":"\\ud83d\\ude00"', '"r":{"s":{"t":null}}', '"a":"","b":""'],
  ...['"x":1', '"x":"a","y":{"a":[1, 2.5]}', '"x.y" : "b" , "é": "\\n"', '"":{"z":1},"c":{}'],
  ...['"x":1,"x":"2"', '"x":{"y":1},"x.y":2', '"\\u0078":"a"', '"x":"\\ud800"', '"y":1e400'],
  ...['"c00":"a","in.c2":"b","i":""', '"x":{"a":1,"a":2}', '"x":{}', '"y":{"a.b":1,"a":{}}'],
];

/** Value formats and defaults that the types alone would not choose. */
const SPECIAL: readonly (readonly [
  options: Columns[string] & object,
  values: readonly string[],
])[] = [
  [
    { type: 'String', read: 'json' },
    ['{"a":[1,2 ,"x"]}', '1.50', 'null', '"\\u0041"', '[]', '"é"', '[', '{"a":}'],
  ],
  [{ type: 'String', read: 'json-object' }, ['{}', '{"a": 1}', '[]', 'null', '"{}"']],
  [{ type: 'String', read: 'not-empty' }, ['""', '"a"', '"\\n"', 'null', '1']],
  [{ type: 'Nullable(String)', read: 'json' }, ['1', 'null', '{"a":null}']],
  [{ type: 'LowCardinality(String)', default: 'web' }, ['"app"', 'null', '""', '"web"']],
  [{ type: 'LowCardinality(Nullable(String))' }, ['"a"', 'null', '"b"', '1']],
  [{ type: 'LowCardinality(Nullable(String))', default: 'x' }, ['"a"', 'null', '"x"']],
  [{ type: 'UInt16', default: 7, null: 'default' }, ['1', 'null', '65536', '7', '-0', '0']],
  [{ type: 'Nullable(Int64)', default: '12' }, ['1', 'null', '"5"', '"-0"', '9223372036854775808']],
  [{ type: 'Array(String)', default: [] }, ['[]', '["a"]', 'null', '[null]']],
  [{ type: 'Int32', default: { sql: 'now()' } }, ['1', 'null', '"1"']],
  ...(['epoch-s', 'epoch-ms', 'epoch-us', 'epoch-ns'] as const).flatMap((read) =>
    ['DateTime', 'DateTime64(0)', 'DateTime64(3)', 'DateTime64(6)', 'DateTime64(9)'].map(
      (type) =>
        [
          { type, read },
          [
            ...['0', '-1', '1700000000', '1700000000123', '1700000000123456', '-0'],
            ...['1700000000123456789', '-1700000000001', '1.5', '"17"', '1e9', 'null'],
            ...['4294967295', '4294967296', '-2208988800', '-2208988801', '10413791999'],
          ],
        ] as const,
    ),
  ),
  [{ type: 'Date', read: 'epoch-days' }, ['0', '65535', '65536', '-1', '20000', '"1"', '1.0']],
  [{ type: 'Date32', read: 'epoch-days' }, ['-25567', '-25568', '120529', '120530']],
  [
    { type: 'DateTime64(3)', read: 'iso-strict' },
    [
      ...['"2026-11-23T07:00:00Z"', '"2026-11-23T07:00:00.12+02:00"', '"2026-11-23T07:00:00"'],
      ...['"2026-11-23t07:00:00Z"', '"2026-11-23T07:00:00,1Z"', '"2026-11-23T07:00Z"'],
      ...['"2026-11-23T07:00:00+0200"', '"2026-11-23T07:00:00z"', '"2026-11-23 07:00:00"'],
    ],
  ],
  [{ type: 'Bool', read: '0-1' }, ['true', 'false', '0', '1', '10', 'null']],
  [{ type: 'Float64', read: 'with-nan' }, ['1.5', '"NaN"', '"Infinity"', '"x"']],
  [{ type: 'Point' }, ['[1,2]', '[ -0.5 , 1e3 ]', '[1]', '[1,2,3]', '{}', '[1,null]']],
  [{ type: 'MultiPolygon' }, ['[[[[1,2],[3,4]],[]],[]]', '[]', '[[[[1,2]]]]', '[[[1,2]]]']],
  [
    { type: 'Tuple(a UInt8, b Nullable(JSON))' },
    ['[1,{"a":1}]', '[1,null]', '{"a":1}', '{"b":{"a":{"b":1},"a.c":2},"a":1}', '[1]', '[1,2]'],
  ],
  [{ type: 'IPv6', default: '::1', null: 'default' }, ['null', '"::2"', '"1.2.3.4"', '"::1.2"']],
  [{ type: 'JSON', default: { a: 1 }, null: 'default' }, ['null', '{}', '{"a.b":2,"a.c":3}', '[]']],
  [
    { type: 'JSON' },
    [
      ...['{"a":[1,2.5,"x"],"b":[true,null]}', '{"a":[{"b":1},{"b":true}],"a.b":1}', '{"a.b":1}'],
      ...['{"a":9223372036854775808,"b":-9223372036854775809}', '{"a":[9007199254740993,1.5]}'],
      ...['{"a":"\\ud83d\\ude00","b":"\\ud83d"}', '{"a":1e99,"b":1e400,"c":0.1}', '{"":{"":1}}'],
    ],
  ],
];

/** A column that takes the rest. Its path is empty, and its values are members without braces. */
const rests: fc.Arbitrary<Omit<Column, 'name'>> = fc
  .constantFrom(
    ...['String', 'Nullable(String)', 'LowCardinality(String)', 'JSON', 'Nullable(JSON)'],
    ...['Map(LowCardinality(String), String)', 'Map(String, JSON)'],
  )
  .map((type) => ({
    options: { type, from: 'rest' },
    path: [],
    values: fc.constantFrom(...OTHERS).map((json) => ({ json, fault: null, path: '' })),
  }));

const specials: fc.Arbitrary<Omit<Column, 'name' | 'path'>> = fc
  .constantFrom(...SPECIAL)
  .map(([options, values]) => ({
    options,
    values: fc.constantFrom(...values).map((json) => ({ json, fault: null, path: '' })),
  }));

const typed: fc.Arbitrary<Omit<Column, 'name' | 'path'>> = anyTypeCase(2)
  .filter(({ text }) => isKnown({ c: text }))
  .map((type: TypeCase) => ({ options: type.text, values: type.values }));

function isKnown(columns: Columns): boolean {
  return columnPlansOf(contractFrom(columns)) !== null;
}

function contractFrom(columns: Columns, eventTime?: string): Contract {
  const spec = specOf({ name: 'random', columns, ...(eventTime !== undefined && { eventTime }) });
  return contractOf(spec);
}

/** Runs of this many records each. */
export function randomRun(records: number): fc.Arbitrary<RandomRun> {
  return fc
    .tuple(
      fc.array(fc.oneof({ weight: 3, arbitrary: typed }, { weight: 1, arbitrary: specials }), {
        minLength: 1,
        maxLength: 5,
      }),
      fc.option(rests, { freq: 2, nil: undefined }),
      fc.nat(),
    )
    .chain(([kinds, rest, seed]) => {
      const placed: Omit<Column, 'name'>[] = kinds.map((kind, index) => ({
        ...kind,
        path: PATHS[index]!,
      }));
      if (rest !== undefined) placed.splice(seed % 3, 0, rest);
      const columns = placed.map((column, index) => ({ ...column, name: `c${index}` }));
      const times = columns.filter(({ options }) => isTime(options)).map(({ name }) => name);
      const contract = contractFrom(
        Object.fromEntries(
          columns.map(({ name, path, options }) => [
            name,
            {
              ...(typeof options === 'string' ? { type: options } : options),
              ...(path.length > 0 && { path }),
            },
          ]),
        ),
        times[0],
      );
      return fc
        .array(recordOf(columns), { minLength: TEXTS, maxLength: TEXTS })
        .map((texts) => ({ contract, values: spread(texts, records, seed) }));
    });
}

function isTime(options: Columns[string]): boolean {
  const { type, default: fallback } =
    typeof options === 'string' ? { type: options, default: undefined } : options;
  return type.startsWith('Date') && fallback === undefined;
}

/** The texts, some of them mutated, until there are this many records. */
function spread(texts: readonly string[], records: number, seed: number): readonly Buffer[] {
  const values: Buffer[] = [];
  for (let index = 0; values.length < records; index++) {
    const text = Buffer.from(texts[index % texts.length]!);
    values.push(...(index < texts.length ? [text] : mutated(text, seed + index)));
  }
  return values;
}

function recordOf(columns: readonly Column[]): fc.Arbitrary<string> {
  return fc
    .record({
      values: fc.tuple(...columns.map(({ values }) => values)),
      missing: fc.nat(60),
      spelling: fc.nat(19),
    })
    .map(({ values, missing, spelling }) => {
      const fields = columns
        .map(({ path }, index) => ({ path, json: values[index]!.json }))
        .filter((_, index) => index !== missing);
      return objectText(fields, 0, spelling);
    });
}

function objectText(
  fields: readonly { readonly path: readonly string[]; readonly json: string }[],
  depth: number,
  spelling: number,
): string {
  const space = spelling % 3 === 0 ? ' \t\r\n' : '';
  const keys = [...new Set(fields.flatMap(({ path }) => path[depth] ?? []))];
  const members = keys.map((key) => {
    const within = fields.filter(({ path }) => path[depth] === key);
    const leaf = within.find(({ path }) => path.length === depth + 1);
    const value = leaf?.json ?? objectText(within, depth + 1, spelling);
    // An unescaped key with a quote in it is not JSON.
    const written = spelling === 10 ? `"${key}"` : JSON.stringify(key);
    return `${written}${space}:${space}${value}`;
  });
  members.push(...fields.flatMap(({ path, json }) => (path.length === 0 ? [json] : [])));
  if (spelling > 4) members.reverse();
  if (spelling === 7) members.unshift('"other":{"c0":[1,{"c1":"}"}]}', '"":-0.5e+3', '"in ":1');
  if (spelling === 8) members.push('"c0":1');
  if (spelling === 9) members.unshift('"in":null');
  return `${space}{${members.join(`${space},${space}`)}${space}}`;
}
