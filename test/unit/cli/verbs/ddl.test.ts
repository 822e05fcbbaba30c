// Promise: `millrace ddl` prints statements without a server on request, for pipelines and for contracts, and lists the
// available names.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openUserFolder, type UserFolder } from '../../../support/run-millrace.js';

let folder: UserFolder;
beforeAll(() => {
  folder = openUserFolder();
  folder.write(
    'millrace.yaml',
    `contracts:
  orders:
    columns: { id: Int64, at: DateTime }
    table: { orderBy: [at, id], partitionBy: toYYYYMM(at) }
pipelines:
  shop: { contract: orders, topic: orders, groupId: g, table: shop.orders }
  bare: { contract: table, topic: bare, groupId: g, table: shop.bare }
`,
  );
});
afterAll(() => {
  folder.remove();
});

test('of a pipeline, the database and both tables', async () => {
  const { code, out, err } = await folder.run(['ddl', 'shop', '--offline']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(
    /^CREATE DATABASE IF NOT EXISTS shop;\n\nCREATE TABLE IF NOT EXISTS shop\.orders \(\n {2}id Int64,\n {2}at DateTime,/,
  );
  expect(out).toContain('PARTITION BY toYYYYMM(at)\nORDER BY (at, id)\n');
  expect(out).toMatch(/;\n\nCREATE TABLE IF NOT EXISTS shop\.orders_dead_letters \(/);
});

test('ddl prints the named table of a contract', async () => {
  const own = await folder.run(['ddl', 'orders', '--offline']);
  // Each server has the database default.
  expect(own.out).toMatch(/^CREATE TABLE IF NOT EXISTS default\.orders \(/);
  const named = await folder.run(['ddl', 'orders', '--table', 'a.b', '--offline', '--json']);
  const { statements } = named.json() as { statements: readonly { sql: string }[] };
  expect(statements[0]).toEqual({ kind: 'database', sql: 'CREATE DATABASE IF NOT EXISTS a' });
  expect(statements[1]?.sql).toContain('CREATE TABLE IF NOT EXISTS a.b (');
});

test.each([
  ['an unknown name', ['ddl', 'shob'], 'There is no pipeline shob: did you mean shop?'],
  ['a table of a pipeline', ['ddl', 'shop', '--table', 'x'], '--table is for a contract'],
  [
    'a contract that takes its columns from the server',
    ['ddl', 'bare', '--offline'],
    'Contract table takes its columns from an existing table: run without --offline',
  ],
])('ddl refuses %s', async (_, given, why) => {
  const { code, out, err } = await folder.run(given);
  expect(err).toContain(why);
  expect({ code, out }).toEqual({ code: 1, out: '' });
});
