// Promise: a real server answers what Millrace asks about replicated tables, and a server without Keeper, where such tables are
// read-only, stops nothing. Checked on tables that are attached to the embedded engine without a Keeper.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestDatabase } from '../../support/clickhouse-tables.js';
import { openSharedDatabase } from '../../support/clickhouse-shared.js';
import { identityAnswers } from '../../support/replicated-answers.js';

let database: TestDatabase;
const attached: string[] = [];

beforeAll(async () => {
  database = await openSharedDatabase();
});
afterAll(async () => {
  // They cannot be dropped without Keeper.
  for (const name of attached) await database.sql(`DETACH TABLE ${database.name}.${name} SYNC`);
  await database.close();
});

/** As on the disk of a replica, because `CREATE` would contact Keeper. */
async function attach(name: string, uuid: string): Promise<string> {
  const path = `/clickhouse/tables/${database.name}/${name}`;
  await database.sql(
    `ATTACH TABLE ${database.name}.${name} UUID '${uuid}' (a UInt32) ENGINE = ReplicatedMergeTree('${path}', 'r1') ORDER BY a`,
  );
  attached.push(name);
  return path;
}

test('a server shows the path of a replicated table under the names that Millrace asks for', async () => {
  const path = await attach('shown', crypto.randomUUID());
  const [known] = identityAnswers().replicas as Record<string, string>[];
  const [found] = await database.rows(
    `SELECT ${Object.keys(known ?? {}).join(', ')} FROM system.replicas WHERE database = '${database.name}' AND table = 'shown'`,
  );
  expect(found).toEqual({ ...known, zookeeper_path: path });
});

test('without Keeper the UUID identifies the table, and the reason is reported', async () => {
  const uuid = crypto.randomUUID();
  await attach('without_keeper', uuid);
  const { tables } = database.clickhouse;
  const name = database.table('without_keeper');
  expect(await tables.identify(name, { tableId: uuid })).toMatchObject({ tableId: uuid });
  expect(await tables.identify(name, { tableId: 'another' })).toMatchObject({ tableId: uuid });
  expect((await database.clickhouse.contents.describe(name))?.target).toMatchObject({
    tableId: uuid,
  });
});
