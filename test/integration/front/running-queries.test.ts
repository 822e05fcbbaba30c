/**
 * Promise: `system.processes` shows what runs under the ids that clients chose, from the arrival of a query's head until
 * the engine has finished it, whatever happens to the client. Inserts never delay queries for it.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { beginInsert, rowsOf, send } from './raw-http.js';
import { createFrontFolder, type Front } from './start-front.js';
import { GATE_SETTINGS, type Gate, openGate } from '../../support/clickhouse-gate.js';
import { waitUntil } from '../../support/wait-until.js';

const folder = createFrontFolder();
let front: Front;

beforeAll(async () => {
  front = await folder.start();
  await rowsOf(front, 'CREATE TABLE sink (n UInt64) ENGINE = Null');
  await rowsOf(front, 'CREATE TABLE kept (n UInt64) ORDER BY n');
});
afterAll(() => folder.remove());

const newPrefix = () => `fence/${randomUUID()}/`;

/** Runs until its gate opens. */
const held = ({ source }: Gate) => `SELECT n FROM ${source} SETTINGS ${GATE_SETTINGS}`;
/** Runs for an hour unless it is killed: one row at a time, with a pause each. */
const endless =
  'SELECT sleepEachRow(0.05) FROM numbers(72000) SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0';
const heldInsert = (table: string, gate: Gate) => `INSERT INTO ${table} ${held(gate)}`;

/** The query with which Millrace looks for running inserts before it sends a block again. */
async function runningOf(prefix: string): Promise<readonly string[]> {
  const sql =
    'SELECT query_id FROM system.processes WHERE startsWith(query_id, {prefix:String}) ORDER BY query_id';
  return rowsOf(front, sql, { param_prefix: prefix });
}

const isSeen = (prefix: string, count = 1) =>
  waitUntil(async () => (await runningOf(prefix)).length === count, {
    what: `${count} queries of ${prefix} are seen running`,
  });

it('shows an insert with its text while its body arrives, and no longer after its end', async () => {
  const prefix = newPrefix();
  const query = 'INSERT INTO kept FORMAT TSV';
  const socket = await beginInsert(front, {
    address: { query, query_id: `${prefix}1` },
    headers: ['Content-Length: 4'],
    body: '1\n',
  });
  await isSeen(prefix);
  const shown = await rowsOf(
    front,
    'SELECT query_id, query, user, is_initial_query, elapsed >= 0 FROM system.processes WHERE startsWith(query_id, {p:String})',
    { param_p: prefix },
  );
  expect(shown).toEqual([`${prefix}1\t${query}\tdefault\t1\t1`]);
  socket.write('2\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(String(answer)).toContain('HTTP/1.1 200 OK');
  expect(await runningOf(prefix)).toEqual([]);
});

it('shows running queries and inserts that wait for a free slot, and answers meanwhile', async () => {
  const prefix = newPrefix();
  const gate = await openGate();
  const inserts = Array.from({ length: 6 }, (_, n) =>
    send(front, { address: { query_id: `${prefix}${n}` }, body: heldInsert('sink', gate) }),
  );
  await isSeen(prefix, 6);
  const counted = await rowsOf(
    front,
    'SELECT count() FROM system.processes AS p WHERE startsWith(p.query_id, {prefix:String})',
    { param_prefix: prefix },
  );
  expect(counted).toEqual(['6']);
  gate.open();
  expect((await Promise.all(inserts)).map(({ status }) => status)).toEqual(Array(6).fill(200));
  expect(await runningOf(prefix)).toEqual([]);
  await gate.close();
});

it('completes an insert whose client has gone, shows it until its end, and keeps its rows', async () => {
  const prefix = newPrefix();
  const table = `left_${randomUUID().replaceAll('-', '')}`;
  await rowsOf(front, `CREATE TABLE ${table} (n UInt64) ORDER BY n`);
  const gate = await openGate(20);
  const body = heldInsert(table, gate);
  const socket = await beginInsert(front, {
    address: { query_id: `${prefix}1` },
    headers: [`Content-Length: ${body.length}`],
    body,
  });
  const runs =
    "SELECT count() FROM system.processes WHERE startsWith(query_id, {p:String}) AND query LIKE 'INSERT%'";
  await waitUntil(async () => (await rowsOf(front, runs, { param_p: prefix }))[0] === '1', {
    what: 'the whole statement has arrived',
  });
  socket.destroy();
  expect(await runningOf(prefix)).toEqual([`${prefix}1`]);
  gate.open();
  await isSeen(prefix, 0);
  expect(await rowsOf(front, `SELECT count() FROM ${table}`)).toEqual(['20']);
  await gate.close();
});

it('shows the query itself, with the engine’s own figures of running queries', async () => {
  const prefix = newPrefix();
  const gate = await openGate();
  const slow = send(front, { address: { query_id: `${prefix}slow` }, body: held(gate) });
  const sql =
    'SELECT count() FROM system.processes WHERE query_id = {id:String} AND length(thread_ids) > 0';
  await waitUntil(
    async () => (await rowsOf(front, sql, { param_id: `${prefix}slow` }))[0] === '1',
    {
      what: 'its threads are seen',
    },
  );
  const own = await rowsOf(front, 'SELECT query_id FROM `system`.`processes`', {
    query_id: `${prefix}own`,
  });
  expect(own).toContain(`${prefix}own`);
  expect((await rowsOf(front, 'SHOW PROCESSLIST')).join('\n')).toContain(`${prefix}slow`);
  gate.open();
  await slow;
  await gate.close();
});

it('does not replace the names in a string, a column or another table', async () => {
  await rowsOf(front, 'CREATE TABLE processes (system UInt8) ENGINE = Memory');
  await rowsOf(front, 'INSERT INTO processes VALUES (5)');
  const rows = await rowsOf(
    front,
    "SELECT 'system.processes', system FROM processes -- system.processes",
  );
  expect(rows).toEqual(['system.processes\t5']);
});

it('refuses a second query under the id of a running one, and accepts it afterwards', async () => {
  const address = { query_id: `${newPrefix()}1` };
  const gate = await openGate();
  const first = send(front, { address, body: held(gate) });
  await isSeen(address.query_id);
  const second = await send(front, { address, body: 'SELECT 1' });
  expect(second.headers['x-clickhouse-exception-code']).toBe('216');
  gate.open();
  await first;
  expect((await send(front, { address, body: 'SELECT 1' })).text).toBe('1\n');
  await gate.close();
});

it('kills only the named query', async () => {
  const prefix = newPrefix();
  const gate = await openGate();
  const doomed = send(front, { address: { query_id: `${prefix}doomed` }, body: endless });
  const other = send(front, { address: { query_id: `${prefix}other` }, body: held(gate) });
  await isSeen(prefix, 2);
  const killed = await rowsOf(front, 'KILL QUERY WHERE query_id = {id:String} SYNC', {
    param_id: `${prefix}doomed`,
  });
  expect(killed.map((row) => row.split('\t').slice(0, 3))).toEqual([
    ['waiting', `${prefix}doomed`, 'default'],
  ]);
  const { headers } = await doomed;
  expect(headers['x-clickhouse-exception-code']).toBe('394');
  expect(await runningOf(prefix)).toEqual([`${prefix}other`]);
  gate.open();
  expect((await other).status).toBe(200);
  await gate.close();
});

it('kills none of the queries that begin meanwhile', async () => {
  const prefix = newPrefix();
  let isOver = false;
  const begin = async () => {
    while (!isOver) await runningOf(prefix);
  };
  const kill = async () => {
    try {
      for (let round = 0; round < 100; round++) {
        expect(await rowsOf(front, "KILL QUERY WHERE query_id = 'nobody' SYNC")).toEqual([]);
      }
    } finally {
      isOver = true;
    }
  };
  await Promise.all([begin(), begin(), begin(), kill()]);
});

it('refuses an insert that was killed before its body arrived', async () => {
  const prefix = newPrefix();
  const socket = await beginInsert(front, {
    address: { query: 'INSERT INTO kept FORMAT TSV', query_id: `${prefix}1` },
    headers: ['Content-Length: 6'],
    body: '77\n',
  });
  await isSeen(prefix);
  await rowsOf(front, `KILL QUERY WHERE query_id LIKE '${prefix}%'`);
  socket.write('78\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(String(answer)).toContain('X-ClickHouse-Exception-Code: 394');
  expect(await rowsOf(front, 'SELECT count() FROM kept WHERE n > 70')).toEqual(['0']);
});
