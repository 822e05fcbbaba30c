// Promise: a stored value has the hash of what is sent for the same record, in a column of every type, and another value has
// another hash, however ClickHouse represents it. Checked with the engine: rows are inserted as a pipeline does it, hashed both
// ways, and compared with the texts that SQL shows.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBlockBuilder } from '../../../src/domain/blocks/block-builder.js';
import { createColumnPool } from '../../../src/domain/blocks/column-buffer.js';
import type { Block } from '../../../src/domain/blocks/block.js';
import type { PlannedContract } from '../../../src/domain/table/planned-contract.js';
import { plannedTableContract } from '../../../src/domain/contract/table-contract.js';
import { contentPlan } from '../../../src/domain/verify/content-plan.js';
import type { ComparedColumn } from '../../../src/domain/ports/table-contents.js';
import { openSharedDatabase } from '../../support/clickhouse-shared.js';
import type { TestDatabase } from '../../support/clickhouse-tables.js';
import { runOf } from '../../support/json-run.js';
import { stackAddresses } from '../../support/stack.js';
import { type Ask, askAt } from '../../support/type-cases/ask.js';
import { TYPE_TABLE } from '../../support/type-cases/type-table.js';
import { LINEAGE } from '../contracts/orders.js';

const TOPIC = 'hashed';
const LOG = { topic: TOPIC, topicId: 'id', unknownSince: 0, sameAs: [] };

let database: TestDatabase;
let ask: Ask;
let tables = 0;

beforeAll(async () => {
  database = await openSharedDatabase({ name: 'hashes' });
  ask = askAt(stackAddresses().clickHouse, { flatten_nested: 0 });
});
afterAll(() => database.close());

interface Found {
  readonly contract: PlannedContract;
  readonly columns: readonly ComparedColumn[];
  readonly insert: readonly string[];
}

async function createTable(columns: string, as: Ask = ask): Promise<string> {
  const table = `t${++tables}`;
  const all = [columns, ...LINEAGE].join(', ');
  await as(`CREATE TABLE ${database.name}.${table} (${all}) ENGINE = MergeTree ORDER BY _offset`);
  return table;
}

async function describe(table: string): Promise<Found> {
  const found = await database.clickhouse.contents.describe(database.table(table), 'table');
  const { contract, columns: insert } = found!.target;
  const { columns } = contentPlan(found!.target, found!.columns, undefined);
  return { contract: contract!, columns, insert };
}

function blockOf({ contract, insert }: Found, values: readonly string[]): Block {
  const builder = createBlockBuilder({
    plan: {
      ...{ topic: TOPIC, topicId: 'id' },
      ranges: [{ partition: 0, epoch: 0, first: '0', end: String(values.length) }],
      cut: {
        ...{ version: 1, maxRows: 10_000, maxBytes: 2 ** 28, maxTablePartitions: 1 },
        ...{ tablePartition: 'none', columns: insert, alone: [] },
      },
    },
    known: [],
    decoder: plannedTableContract(contract),
    pool: createColumnPool(),
  });
  const run = runOf(values);
  expect(builder.add(run, 0)).toBe(values.length);
  const block = builder.finish();
  expect(block.rows).toBe(values.length);
  return block;
}

async function insert(table: string, block: Block): Promise<void> {
  const id = { workflowId: 'w', runId: 'r', lane: 0, batch: 1, block: 1, attempt: 1, send: 1 };
  const options = { token: table, id, signal: new AbortController().signal };
  await database.clickhouse.events.insert(database.table(table), block, options);
}

async function sentHashes(block: Block, columns: readonly ComparedColumn[]) {
  const rows: number[][] = Array.from({ length: block.rows }, () => []);
  await database.clickhouse.contents.hashesOf(block, columns, (offset, hashes, column) => {
    for (const [place, hash] of hashes.entries()) rows[offset]![column + place] = hash;
  });
  return rows;
}

async function storedHashes(table: string, columns: readonly ComparedColumn[], end: number) {
  const rows: number[][] = Array.from({ length: end }, () => []);
  const range = { partition: 0, first: 0, end, columns };
  const name = database.table(table);
  await database.clickhouse.contents.readHashes(name, LOG, range, (epoch, offset, hashes) => {
    expect(epoch).toBe(0);
    rows[offset]!.push(...hashes);
  });
  return rows;
}

test.each(TYPE_TABLE)(
  '$type: the stored value has the hash of the sent value',
  async ({ type, stored }) => {
    const table = await createTable(`v ${type}`);
    const found = await describe(table);
    const block = blockOf(
      found,
      Object.keys(stored).map((json) => `{"v":${json}}`),
    );
    await insert(table, block);
    const sent = await sentHashes(block, found.columns);
    expect(await storedHashes(table, found.columns, block.rows)).toEqual(sent);
    expect(sent.flat()).not.toContain(0);
    const texts = await database.rows<{ v: string }>(
      `SELECT toString(v) AS v FROM ${database.name}.${table} ORDER BY _offset`,
    );
    expect(new Set(sent.flat()).size).toBe(new Set(texts.map(({ v }) => v)).size);
  },
);

test('values that the server fills have no hash, and all others of the row have one', async () => {
  const table = await createTable(
    "a Int64 DEFAULT 7, b LowCardinality(String) DEFAULT 'web', c Nullable(String), d Enum8('x' = 1) DEFAULT 'x'",
  );
  const found = await describe(table);
  const block = blockOf(found, ['{}', '{"a":1,"b":"app","c":"t","d":"x"}']);
  await insert(table, block);
  const [empty = [], whole = []] = await sentHashes(block, found.columns);
  expect(empty.map((hash) => hash === 0)).toEqual([true, true, false, true]);
  const [filled = [], ...rest] = await storedHashes(table, found.columns, 2);
  expect(filled).not.toContain(0);
  expect(filled[2]).toBe(empty[2]);
  expect(rest).toEqual([whole]);
});

test('hashes agree for wider table types, a flattened Nested and more columns than an address holds', async () => {
  const many = Array.from({ length: 300 }, (_, index) => `"odd \`name ${index}" Int32`);
  const table = await createTable(
    `items Nested(sku LowCardinality(String), qty UInt8), ${many.join(', ')}`,
    askAt(stackAddresses().clickHouse, { flatten_nested: 1 }),
  );
  const found = await describe(table);
  const fields = many.map((_, index) => `"odd \`name ${index}":${index}`).join(',');
  const values = [`{"items":[{"sku":"a","qty":1},{"sku":"b","qty":2}],${fields}}`];
  const block = blockOf(found, values);
  await insert(table, block);
  expect(found.columns).toHaveLength(302);
  const wider = found.columns.map(({ name, type }) => ({
    name,
    type: type === 'Int32' ? 'Int64' : type,
  }));
  const sent = await sentHashes(block, wider);
  expect(sent[0]).toHaveLength(302);
  expect(await storedHashes(table, wider, 1)).toEqual(sent);
});
