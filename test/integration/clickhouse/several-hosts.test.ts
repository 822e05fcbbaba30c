// Promise: with several addresses of ClickHouse, requests continue at another one if one refuses, hangs or breaks off during an
// insert, and rows are inserted once. Running inserts are looked up at every address, and one that cannot be asked is named.
// Checked with two network links to one engine, and with a second engine.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ClickHouse } from '../../../src/adapters/clickhouse/clickhouse.js';
import { type Link, openLink } from '../../faults/net/link.js';
import { blockOf, insertId, rowsFrom, sendOptions } from '../../support/clickhouse-blocks.js';
import { type OwnClickHouse, startOwnClickHouse } from '../../support/clickhouse-server.js';
import { openDatabase, type TestDatabase } from '../../support/clickhouse-tables.js';
import { aLog } from '../../support/pipeline-builders.js';
import { PATIENCE_MS } from '../../support/wait-until.js';

let server: OwnClickHouse;
let database: TestDatabase;
let first: Link;
let second: Link;
let said: string[];
let clickhouse: ClickHouse;

const LIMITS = {
  insertIdleMs: PATIENCE_MS,
  insertDeadlineMs: PATIENCE_MS,
  insertSilenceMs: PATIENCE_MS,
  queryDeadlineMs: PATIENCE_MS,
};
const WISHES = { lanes: 1, durability: 'server' } as const;

beforeAll(async () => {
  server = await startOwnClickHouse();
  database = await openDatabase(server.url());
});
afterAll(async () => {
  await database.close();
  await server.stop();
});
beforeEach(async () => {
  const target = Number(new URL(server.url()).port);
  [first, second] = await Promise.all([openLink({ target }), openLink({ target })]);
  said = [];
  clickhouse = at([first, second]);
});
afterEach(async () => {
  await Promise.all([first.close(), second.close()]);
});

const urlOf = ({ port }: Link) => `http://127.0.0.1:${port}`;

function at(links: readonly Link[], urls = links.map(urlOf)): ClickHouse {
  return database.connect({ urls, limits: LIMITS, onHost: (message) => void said.push(message) });
}

const block = () => blockOf('topic', rowsFrom(0, 0, 1_000));

async function made(name: string) {
  const table = database.table(name);
  await clickhouse.tables.prepare(table, WISHES);
  return table;
}

/** As a batch does: a repeat has the token of the first send. */
async function untilThere(table: { readonly database: string; readonly table: string }) {
  for (let send = 1; ; send++) {
    const options = { ...sendOptions('T'), id: insertId({ send }) };
    try {
      await clickhouse.events.insert(table, block(), options);
      return send;
    } catch (error) {
      if (send === 5) throw error;
    }
  }
}

async function rowsOf(table: string) {
  const [row] = await database.rows<{ n: string }>(
    `SELECT toString(count()) AS n FROM ${database.name}.${table}`,
  );
  return Number(row?.n);
}

test('the first address is used, and another one once it refuses connections', async () => {
  const table = await made('refused');
  first.set({ kind: 'refused' });
  await untilThere(table);
  expect(await rowsOf('refused')).toBe(1_000);
  expect(said).toHaveLength(2);
  expect(said[0]).toBe(`Using ClickHouse at ${urlOf(first)}`);
  expect(said[1]).toContain(`Using ClickHouse at ${urlOf(second)}: no answer from ${urlOf(first)}`);
  // It stays there when the first one is back.
  first.heal();
  expect((await clickhouse.events.present(table, aLog('topic'), block())).size).toBe(1_000);
  expect(said).toHaveLength(2);
});

test('an address that accepts connections and answers nothing is abandoned within seconds', async () => {
  first.set({ kind: 'silent' });
  await made('silent');
  expect(said).toHaveLength(1);
  expect(said[0]).toContain(`no answer from ${urlOf(first)} within 5000 ms`);
});

test('an insert whose address stops answering is abandoned, and its rows are inserted once', async () => {
  const table = await made('cut');
  // The insert arrives, but its answer does not.
  first.set({ kind: 'narrow', bytesPerSecond: 20_000 });
  const sends = untilThere(table);
  await expect
    .poll(
      async () => (await clickhouse.events.runningInserts(insertId({ send: 0 }))).names.length,
      {
        timeout: PATIENCE_MS,
      },
    )
    .toBe(1);
  first.set({ kind: 'silent' });
  expect(await sends).toBeGreaterThan(1);
  expect(await rowsOf('cut')).toBe(1_000);
});

test('an address that cannot report running inserts is named, and the others are asked', async () => {
  await made('asked');
  second.set({ kind: 'refused' });
  const { names, unasked } = await clickhouse.events.runningInserts(insertId());
  expect(names).toEqual([]);
  expect(unasked).toMatchObject([{ address: urlOf(second) }]);
  expect(unasked[0]?.why).toContain('ECONNRESET');
});

test('a second engine has a different table, and the first one sees its running inserts', async () => {
  const table = await made('other');
  const known = (await clickhouse.tables.prepare(table, WISHES)).target;
  const other = await startOwnClickHouse();
  try {
    const ask = (sql: string, more = '') =>
      fetch(`${other.url()}/?${more}`, { method: 'POST', body: sql });
    await ask(`CREATE DATABASE ${database.name} ENGINE = Atomic`);
    const both = at([], [urlOf(first), other.url()]);
    const running = ask(
      'SELECT sleepEachRow(1) FROM numbers(600) SETTINGS function_sleep_max_microseconds_per_block = 0, max_block_size = 1',
      'query_id=millrace%2Fworkflow%2Fearlier%2F0%2F1%2F1%2F1%2F1',
    );
    const names = async () =>
      (await both.events.runningInserts(insertId({ workflowId: 'workflow' }))).names;
    await expect
      .poll(names, { timeout: PATIENCE_MS })
      .toEqual(['millrace/workflow/earlier/0/1/1/1/1']);
    await ask("KILL QUERY WHERE query_id LIKE 'millrace/%' SYNC");
    await running;
    first.set({ kind: 'refused' });
    await both.tables.identify(table, known).catch(() => undefined);
    expect(await both.tables.identify(table, known)).toBeNull();
    await both.tables.prepare(table, WISHES);
    const found = await both.tables.identify(table, known);
    expect(found?.tableId).not.toBe(known.tableId);
  } finally {
    await other.stop();
  }
});
