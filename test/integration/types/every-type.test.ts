// Promise: a value of every type is stored as it was sent, at and beyond both limits of the type: either as ClickHouse itself
// stores the same JSON, or as a dead letter with its reason and the path to the element, in particular if ClickHouse would store
// something else than was sent. Checked with the engine, which stores the same values from JSON beside ours. Nulls, missing
// fields and defaults, JavaScript values and partial re-sends of every type are in the same tables.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { specOf } from '../../../src/domain/contract/contract-options.js';
import { RowWriter } from '../../../src/domain/contract/row-writer.js';
import { JsonReader } from '../../../src/domain/formats/json/json-reader.js';
import { FAULT } from '../../../src/domain/types/value-fault.js';
import { runOf } from '../../support/json-run.js';
import { openSharedDatabase } from '../../support/clickhouse-shared.js';
import type { TestDatabase } from '../../support/clickhouse-tables.js';
import { stackAddresses } from '../../support/stack.js';
import { type Ask, askAt } from '../../support/type-cases/ask.js';
import { storeRows, storeRowsFrom } from '../../support/type-cases/store-rows.js';
import type { TypeRow } from '../../support/type-cases/type-row.js';
import { TYPE_TABLE } from '../../support/type-cases/type-table.js';

let database: TestDatabase;
let ask: Ask;

beforeAll(async () => {
  database = await openSharedDatabase({ name: 'types' });
  ask = askAt(stackAddresses().clickHouse, { flatten_nested: 0 });
});
afterAll(() => database.close());

let tables = 0;

async function createTable(type: string): Promise<string> {
  const table = `${database.name}.t${++tables}`;
  await ask(`CREATE TABLE ${table} (n UInt32, v ${type}) ENGINE = MergeTree ORDER BY n`);
  return table;
}

async function storedIn(table: string): Promise<readonly string[]> {
  const text = await ask(`SELECT v FROM ${table} ORDER BY n FORMAT TSVRaw`);
  return text.split('\n').slice(0, -1);
}

/** What ClickHouse stores of the same JSON. Undefined if it refuses it. */
async function storedFromJson(
  type: string,
  values: readonly string[],
): Promise<readonly (string | undefined)[]> {
  const table = await createTable(type);
  const lines = values.map((json, n) => `{"n":${n},"v":${json}}`);
  for (const line of lines) {
    // One by one, because some refusals end the whole insert.
    await ask(`INSERT INTO ${table} FORMAT JSONEachRow`, Buffer.from(line)).catch(() => undefined);
  }
  const rows = (await ask(`SELECT n, v FROM ${table} FORMAT TSVRaw`)).split('\n');
  const found = new Map(
    rows.map((row) => [row.slice(0, row.indexOf('\t')), row.slice(row.indexOf('\t') + 1)]),
  );
  return values.map((_, n) => found.get(String(n)));
}

function readAll({ type, stored, rejected }: TypeRow) {
  const spec = specOf({ name: 'test', columns: { v: type } });
  const reader = new JsonReader(spec);
  const goods = Object.keys(stored);
  const bads = Object.keys(rejected);
  const run = runOf([...goods, ...bads].map((json) => `{"v":${json}}`));
  const outcomes = [...goods, ...bads].map((_, index) => {
    const outcome = reader.read(run, index);
    const { reason, path } = reader.rejection;
    return outcome === 'rejected' ? `${reason} ${path}` : outcome;
  });
  return { spec, reader, goods, bads, outcomes };
}

test.each(TYPE_TABLE)('$type holds what was sent, or says why not', async (row) => {
  const { spec, reader, goods, bads, outcomes } = readAll(row);
  const wanted = bads.map((json) => {
    const [reason = '', path = ''] = row.rejected[json]!.split(' ');
    return `${reason} v${path}`;
  });
  expect(outcomes).toEqual([...goods.map(() => 'row'), ...wanted]);

  const table = await createTable(row.type);
  await storeRows(ask, table, { writer: reader.writer, rows: goods.length });
  const stored = await storedIn(table);
  expect(stored).toEqual(Object.values(row.stored));

  const theirs = await storedFromJson(row.type, goods);
  theirs.forEach((text, index) => {
    const isOurs = row.differs?.includes(goods[index]!) === true;
    if (text !== undefined && !isOurs) expect(text, goods[index]).toBe(stored[index]);
  });

  // A value that a transform sees can be stored again unchanged.
  const writer = new RowWriter(spec);
  for (const [index] of goods.entries()) {
    reader.writer.clear();
    reader.read(runOf([`{"v":${goods[index]!}}`]), 0);
    const [value] = reader.writer.columns[0]!.writer.recent(1);
    expect(writer.columns[0]!.writer.appendValue(value), goods[index]).not.toBe(FAULT);
  }
  const again = await createTable(row.type);
  await storeRows(ask, again, { writer, rows: goods.length });
  expect(await storedIn(again)).toEqual(stored);

  const part = await createTable(row.type);
  await storeRowsFrom(ask, part, { writer, rows: goods.length, first: 1 });
  expect(await storedIn(part)).toEqual(stored.slice(1));
});

test.each(TYPE_TABLE.filter(({ silent }) => silent !== undefined))(
  '$type rejects what ClickHouse would store as something else',
  async ({ type, silent = {}, rejected }) => {
    const values = Object.keys(silent);
    expect(values.filter((json) => !(json in rejected))).toEqual([]);
    expect(await storedFromJson(type, values)).toEqual(Object.values(silent));
  },
);

test.each(TYPE_TABLE)(
  '$type takes a default for a missing field, and NULL if it is Nullable',
  async ({ type, stored }) => {
    const [json = ''] = Object.keys(stored);
    const [value] = valuesOf(type, json);
    const spec = specOf({
      name: 'test',
      columns: { v: { type, default: value, null: 'default' } },
    });
    const reader = new JsonReader(spec);
    expect(reader.read(runOf(['{}']), 0)).toBe('row');
    expect(reader.read(runOf(['{"v":null}']), 0)).toBe('row');
    const table = await createTable(type);
    await storeRows(ask, table, { writer: reader.writer, rows: 2 });
    const [text = ''] = Object.values(stored);
    expect(await storedIn(table)).toEqual([text, text]);
    const required = new JsonReader(specOf({ name: 'test', columns: { v: type } }));
    const outcome = required.read(runOf(['{}']), 0);
    const isNullable = type.startsWith('Nullable') || type.startsWith('LowCardinality(Nullable');
    expect(outcome).toBe(isNullable ? 'row' : 'rejected');
    if (!isNullable) expect(required.rejection.reason).toBe('missing_field');
  },
);

function valuesOf(type: string, json: string): unknown[] {
  const reader = new JsonReader(specOf({ name: 'test', columns: { v: type } }));
  reader.read(runOf([`{"v":${json}}`]), 0);
  return reader.writer.columns[0]!.writer.recent(1);
}
