// Promise: the real table does what writing a block relies on. The fake table of the unit tests is held to the same contract.
import { afterAll, beforeAll } from 'vitest';
import { openSharedDatabase } from '../../support/clickhouse-shared.js';
import type { TestDatabase } from '../../support/clickhouse-tables.js';
import { eventTableContract } from '../../support/event-table-contract.js';

let database: TestDatabase;
let made = 0;

beforeAll(async () => {
  database = await openSharedDatabase();
});

afterAll(async () => {
  await database.close();
});

eventTableContract(async () => {
  const table = database.table(`events_${++made}`);
  await database.clickhouse.tables.prepare(table, { lanes: 1, durability: 'server' });
  return {
    events: database.clickhouse.events,
    table,
    async counts() {
      const rows = await database.rows<{ key: string; count: string }>(
        `SELECT concat(toString(_partition), '/', toString(_offset)) AS key, toString(count()) AS count
         FROM ${table.database}.${table.table} GROUP BY key`,
      );
      return new Map(rows.map(({ key, count }) => [key, Number(count)]));
    },
  };
});
