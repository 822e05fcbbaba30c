// Promise: an existing table by itself determines how records become its rows, and a contract that is written for it does the
// same: both store what ClickHouse makes of the same JSON. Defaults are the table's own expressions, evaluated for each row.
// Checked with the engine, by hashes over all columns of a few thousand events in the format of GitHub's archive.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contractFromTable } from '../../../src/domain/contract/contract-from-table.js';
import { specOf } from '../../../src/domain/contract/contract-options.js';
import type { ContractSpec } from '../../../src/domain/contract/contract-spec.js';
import { contractOf, defineContract } from '../../../src/domain/contract/define-contract.js';
import { flattenedIn } from '../../../src/domain/contract/flattened-nested.js';
import { JsonReader } from '../../../src/domain/formats/json/json-reader.js';
import type { ColumnDescription } from '../../../src/domain/table/description.js';
import { openSharedDatabase } from '../../support/clickhouse-shared.js';
import type { TestDatabase } from '../../support/clickhouse-tables.js';
import { runOf } from '../../support/json-run.js';
import { stackAddresses } from '../../support/stack.js';
import { ARCHIVE_COLUMNS, archiveEvent } from '../../support/type-cases/archive-events.js';
import { type Ask, askAt } from '../../support/type-cases/ask.js';
import { storeRows } from '../../support/type-cases/store-rows.js';

let database: TestDatabase;
let ask: Ask;

beforeAll(async () => {
  database = await openSharedDatabase({ name: 'table_contract' });
  ask = askAt(stackAddresses().clickHouse);
});
afterAll(() => database.close());

async function describe(table: string): Promise<readonly ColumnDescription[]> {
  const rows = await database.rows<Omit<ColumnDescription, 'isKey'>>(
    'SELECT name, type, default_kind AS defaultKind FROM system.columns ' +
      `WHERE database = '${database.name}' AND table = '${table}' AND name != 'n' ORDER BY position`,
  );
  return rows.map((row) => ({ ...row, isKey: false }));
}

async function createTable(table: string, columns: string): Promise<string> {
  const name = `${database.name}.${table}`;
  await ask(`CREATE TABLE ${name} (n UInt32, ${columns}) ENGINE = MergeTree ORDER BY n`);
  return name;
}

/** Reads all of the records as rows, and stores them. */
async function store(table: string, spec: ContractSpec, records: readonly string[]): Promise<void> {
  const reader = new JsonReader(spec);
  const run = runOf(records);
  for (const index of records.keys()) {
    const outcome = reader.read(run, index);
    const { error } = reader.rejection;
    expect(outcome, `${error}: ${records[index]}`).toBe('row');
  }
  const flattened = flattenedIn(spec, await describe(table));
  await storeRows(ask, `${database.name}.${table}`, {
    writer: reader.writer,
    rows: records.length,
    flattened,
  });
}

test('a table with the columns of nested objects is filled as ClickHouse fills it', async () => {
  const EVENTS = 3_000;
  const records = Array.from({ length: EVENTS }, (_, n) => archiveEvent(n));
  // JSONEachRow finds nested objects by names with dots, and takes values from fields with such names.
  const columns = Object.entries(ARCHIVE_COLUMNS).map(([name, type]) => `\`${name}\` ${type}`);
  const flat = columns.map((column) => column.replace('.', '_')).join(', ');
  const tables = ['by_table', 'by_contract', 'by_clickhouse'] as const;
  for (const table of tables) await createTable(table, flat);

  const flatRecords = records.map(flattenedEvent);
  const { spec, notes } = contractFromTable(await describe('by_table'));
  expect(notes).toEqual([]);
  await store('by_table', contractOf(spec, { isBuiltIn: true }).spec, flatRecords);

  const declared = defineContract({
    name: 'archive',
    columns: Object.fromEntries(
      Object.entries(ARCHIVE_COLUMNS).map(([name, type]) => [
        name.replace('.', '_'),
        { type, path: name },
      ]),
    ) as Record<string, { type: 'String'; path: string }>,
  });
  await store('by_contract', declared.spec, records);

  const lines = flatRecords.map((record, n) => `{"n":${n},${record.slice(1)}`);
  await ask(
    `INSERT INTO ${database.name}.by_clickhouse SETTINGS input_format_skip_unknown_fields = 1, ` +
      'input_format_json_ignore_unknown_keys_in_named_tuple = 1 FORMAT JSONEachRow',
    Buffer.from(lines.join('\n')),
  );
  const hashOf = (table: string) =>
    ask(
      'SELECT count(), sum(cityHash64(n, toString(payload), * EXCEPT (n, payload))), uniq(payload::String) ' +
        `FROM ${database.name}.${table}`,
    );
  const [byTable, byContract, byClickHouse] = await Promise.all(tables.map(hashOf));
  expect(byTable).toMatch(new RegExp(`^${EVENTS}\t\\d{5,}\t`));
  expect(byContract).toBe(byTable);
  expect(byClickHouse).toBe(byTable);
});

/** The fields of `actor`, `repo` and `org` beside the others, as `actor_id`, with the same text. */
function flattenedEvent(record: string): string {
  return record.replaceAll(
    /"(actor|repo|org)":\{((?:"(?:[^"\\]|\\.)*"|\{[^{}]*\[[^\]]*\]\}|[^{}"])*)\}/g,
    (_, outer: string, inner: string) =>
      inner.replaceAll(/(^|,)"(id|login|bot|name|stars|topics|unknown)":/g, `$1"${outer}_$2":`),
  );
}

test('a missing field takes the DEFAULT of the table, evaluated for its row, and NULL does not', async () => {
  const table = await createTable(
    'defaults',
    "id UInt32, name String DEFAULT concat('n', toString(id)), low LowCardinality(String) DEFAULT upper(name), " +
      'at DateTime DEFAULT toDateTime(id), made UInt32 MATERIALIZED id * 2, other UInt32 ALIAS id + 1, ' +
      'source UInt8 EPHEMERAL, maybe Nullable(String) DEFAULT concat(name, name)',
  );
  const { spec, notes } = contractFromTable(await describe('defaults'));
  expect(notes).toHaveLength(2);
  const reader = new JsonReader(contractOf(spec, { isBuiltIn: true }).spec);
  const run = runOf([
    '{"id":1}',
    '{"id":2,"name":"x","low":"y","at":"2024-01-01T00:00:00Z","maybe":"z"}',
    '{"id":3,"name":"","low":""}',
    '{"id":4,"name":null}',
    '{}',
  ]);
  const outcomes = [0, 1, 2, 3, 4].map((index) => reader.read(run, index));
  expect(outcomes).toEqual(['row', 'row', 'row', 'rejected', 'rejected']);
  await storeRows(ask, table, { writer: reader.writer, rows: 3 });
  const text = await ask(
    `SELECT id, name, low, at, made, other, maybe FROM ${table} ORDER BY n FORMAT TSV`,
  );
  expect(text.split('\n').slice(0, -1)).toEqual([
    '1\tn1\tN1\t1970-01-01 00:00:01\t2\t2\t\\N',
    '2\tx\ty\t2024-01-01 00:00:00\t4\t3\tz',
    '3\t\t\t1970-01-01 00:00:03\t6\t4\t\\N',
  ]);
});

test.each([0, 1])('a Nested column is filled with flatten_nested = %i', async (flatten) => {
  const url = stackAddresses().clickHouse;
  const other = askAt(url, { flatten_nested: flatten });
  const table = `nested_${flatten}`;
  await other(
    `CREATE TABLE ${database.name}.${table} (n UInt32, items Nested(sku LowCardinality(String), qty Nullable(UInt8), ` +
      '`odd name` Array(String))) ENGINE = MergeTree ORDER BY n',
  );
  const described = await describe(table);
  expect(described.map(({ name }) => name)).toEqual(
    flatten === 1 ? ['items.sku', 'items.qty', 'items.odd name'] : ['items'],
  );
  const derived = contractFromTable(described).spec;
  const declared = specOf({
    name: 'nested',
    columns: {
      items: 'Nested(sku LowCardinality(String), qty Nullable(UInt8), `odd name` Array(String))',
    },
  });
  expect(derived.columns).toEqual(declared.columns);
  await store(table, derived, [
    '{"items":[{"sku":"a","qty":1,"odd name":["x","y"]},{"odd name":[],"sku":"b"}]}',
    '{"items":[]}',
  ]);
  const text = await ask(
    `SELECT items.sku, items.qty, items.\`odd name\` FROM ${database.name}.${table} ORDER BY n FORMAT TSV`,
  );
  expect(text).toBe("['a','b']\t[1,NULL]\t[['x','y'],[]]\n[]\t[]\t[]\n");
});

test('every source of a column reaches the table', async () => {
  const table = await createTable(
    'sources',
    'key Nullable(UInt64), trace String, headers Map(LowCardinality(String), String), ' +
      "at DateTime64(3, 'UTC'), ms Int64, raw String, rest JSON, o_a Int8, made UInt8, " +
      "loaded DateTime DEFAULT toDateTime(0), asked String DEFAULT concat('o', toString(o_a))",
  );
  const { spec } = defineContract({
    name: 'sources',
    columns: {
      key: { type: 'Nullable(UInt64)', from: 'key' },
      trace: { type: 'String', from: { header: 'trace' }, default: 'none' },
      headers: { type: 'Map(LowCardinality(String), String)', from: 'headers' },
      at: { type: "DateTime64(3, 'UTC')", from: 'timestamp' },
      ms: { type: 'Int64', from: 'timestamp' },
      raw: { type: 'String', from: 'value' },
      rest: { type: 'JSON', from: 'rest' },
      o_a: { type: 'Int8', path: 'o.a' },
      loaded: { type: 'DateTime', from: 'server', default: { sql: 'now()' } },
      asked: { type: 'String', default: { sql: "concat('o', toString(o_a))" } },
    },
  });
  const reader = new JsonReader(spec);
  const headers = [
    { key: 'trace', value: Buffer.from('t1') },
    { key: 'trace', value: Buffer.from('t2') },
  ];
  const values = ['{"o":{"a":-1},"x":{"y":[1]}}', '{"o":{"a":5},"asked":"yes"}'];
  expect(reader.read(runOf(values, { keys: ['18446744073709551615', null], headers }), 0)).toBe(
    'row',
  );
  expect(reader.read(runOf(values, { keys: ['1', null] }), 1)).toBe('row');
  await storeRows(ask, table, { writer: reader.writer, rows: 2 });
  const text = await ask(`SELECT * EXCEPT (n, made) FROM ${table} ORDER BY n FORMAT TSVRaw`);
  const time = '2023-11-14 22:13:20.123\t1700000000123';
  expect(text.split('\n').slice(0, -1)).toEqual([
    `18446744073709551615\tt2\t{'trace':'t2'}\t${time}\t${values[0]}\t{"x":{"y":[1]}}\t-1\t1970-01-01 00:00:00\to-1`,
    `\\N\tnone\t{}\t${time}\t${values[1]}\t{}\t5\t1970-01-01 00:00:00\tyes`,
  ]);
});
