// Promise: no ALTER that `millrace check` or `millrace ddl` prints changes a value that the table stores. Where no type holds both the
// stored values and those of the contract, they print none and say so. Checked on a real server, by running the statement.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTopic, query, uniqueName } from '../../support/stack.js';
import { openUserFolder, type UserFolder } from '../../support/run-millrace.js';
import { userEnvironment } from '../../support/user-environment.js';

const database = uniqueName('stored').replaceAll('-', '_');
const orders = `${database}.orders`;
let folder: UserFolder;

beforeAll(async () => {
  folder = openUserFolder();
  const topic = await createTopic({ partitions: 1 });
  await query(`CREATE DATABASE ${database}`);
  folder.write(
    'millrace.yaml',
    `contracts:
  orders:
    columns: { id: UInt64, amount: 'Decimal(18, 2)', kind: "Enum8('new' = 1)", shop: Int64 }
    table: { orderBy: [id] }
pipelines:
  orders: { contract: orders, topic: ${topic}, groupId: g, table: orders }
`,
  );
});
afterAll(async () => {
  folder.remove();
  await query(`DROP DATABASE ${database}`);
});

const run = (...given: readonly string[]) => folder.run(given, userEnvironment(database));

const STORED = { amount: 12.345, kind: 'old' };

async function made(shop: string): Promise<void> {
  await query(`DROP TABLE IF EXISTS ${orders}`);
  await query(
    `CREATE TABLE ${orders} (id UInt64, amount Decimal(18, 4), kind Enum8('old' = 2), shop ${shop}) ENGINE = MergeTree ORDER BY id`,
  );
  await query(`INSERT INTO ${orders} (id, amount, kind) VALUES (1, 12.345, 'old')`);
}

const stored = () => query(`SELECT toFloat64(amount) AS amount, kind FROM ${orders}`);

test('the ALTER widens the columns, and the stored values stay', async () => {
  await made('Int32');
  const { out } = await run('check');
  const statement = `ALTER TABLE ${orders} MODIFY COLUMN amount Decimal(20, 4)`;
  expect(out).toContain(`which does not hold every Decimal(18, 2)): ${statement}`);
  const { statements } = (await run('ddl', 'orders', '--json')).json() as {
    readonly statements: readonly { readonly sql: string }[];
  };
  const all = `${statement}, MODIFY COLUMN kind Enum8('old' = 2, 'new' = 1), MODIFY COLUMN shop Int64`;
  expect(statements.map(({ sql }) => sql).join('\n')).toContain(all);
  for (const { sql } of statements) await query(sql);
  expect(await stored()).toEqual([STORED]);
  const repaired = await run('check');
  expect(repaired.out).toContain('No problems found.');
  expect((await run('ddl', 'orders')).err).toContain('Nothing to do');
});

test('where no type holds both, check and ddl print no ALTER for the column and say so', async () => {
  await made('String');
  const why = `${orders} does not store shop (column shop is String, which does not hold every Int64): no ALTER keeps all stored values, so change the type in the contract, or write into another table`;
  expect((await run('check')).out).toContain(`error   pipeline orders: ${why}`);
  const printed = await run('ddl', 'orders');
  expect(printed.err).toContain(why);
  expect(printed.out).not.toContain('shop');
  // Once the rest is fixed, no statement is left.
  const { statements } = (await run('ddl', 'orders', '--json')).json() as {
    readonly statements: readonly { readonly sql: string }[];
  };
  for (const { sql } of statements) await query(sql);
  const rest = await run('ddl', 'orders');
  expect(rest).toMatchObject({ code: 1, out: '' });
  expect(rest.err).toContain('No statement fixes this: see above.');
  expect(rest.err).not.toContain('Nothing to do');
});
