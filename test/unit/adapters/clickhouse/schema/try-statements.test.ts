// Promise: a statement that a server refuses is reported, and a user who cannot create temporary tables learns that nothing was
// tried, instead of being told that the tables are wrong. Checked with a server that refuses by the text of the statement.
import { expect, test } from 'vitest';
import type { WantedTable } from '../../../../../src/adapters/clickhouse/schema/prepare-tables.js';
import { tryStatements } from '../../../../../src/adapters/clickhouse/schema/try-statements.js';
import { fakeServer } from '../../../../support/clickhouse-fake.js';
import { refusedWith } from '../../../../support/replicated-answers.js';

const wanted = (table: string): WantedTable => ({
  name: { database: 'shop', table },
  statement: ({ isTemporary }) => `CREATE ${isTemporary ? 'TEMPORARY ' : ''}TABLE ${table}`,
});
const TABLES = [wanted('orders'), wanted('payments')];

test('statements that the server accepts are sent once each, as temporary tables', async () => {
  const server = fakeServer({ TEMPORARY: [] });
  expect(await tryStatements(server, TABLES)).toEqual({ faults: [], untried: null });
  expect(server.asked).toEqual([
    'CREATE TEMPORARY TABLE orders',
    'CREATE TEMPORARY TABLE payments',
  ]);
});

test('a refusal of the server is reported for each table', async () => {
  const server = fakeServer({ 'TABLE orders': refusedWith(62), TEMPORARY: [] });
  expect(await tryStatements(server, TABLES)).toEqual({
    faults: [
      expect.stringMatching(/^shop\.orders can't be created: ClickHouse error 62/) as string,
    ],
    untried: null,
  });
});

test('if the user cannot create temporary tables, the result says that nothing was tried', async () => {
  const server = fakeServer({ TEMPORARY: refusedWith(497) });
  const { faults, untried } = await tryStatements(server, TABLES);
  expect(faults).toEqual([]);
  expect(untried).toMatch(/not tried.*GRANT CREATE ARBITRARY TEMPORARY TABLE.*497/);
});

test('a server that does not answer is a failure and not a fault of a table', async () => {
  const server = fakeServer({ TEMPORARY: new Error('no answer') });
  await expect(tryStatements(server, TABLES)).rejects.toThrow('no answer');
});
