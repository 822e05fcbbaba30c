// Promise: network failures are distinguished from refusals of the server, and neither a truncated insert nor a repeat after a
// lost answer changes the rows. Checked through a proxy that cuts, drops and stalls, and by counting rows.
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Block } from '../../../src/domain/blocks/block.js';
import { InsertFailed } from '../../../src/domain/insert-failures/insert-error.js';
import { onInsertError } from '../../../src/domain/insert-failures/decide.js';
import type { TableName } from '../../../src/domain/table/table-name.js';
import { blockOf, rowsFrom, sendOptions } from '../../support/clickhouse-blocks.js';
import { type ProxyOptions, startProxy } from '../../support/clickhouse-proxy.js';
import { type OwnClickHouse, startOwnClickHouse } from '../../support/clickhouse-server.js';
import {
  type ConnectOptions,
  openDatabase,
  type TestDatabase,
} from '../../support/clickhouse-tables.js';
import { PATIENCE_MS } from '../../support/wait-until.js';
import { aLog } from '../../support/pipeline-builders.js';

let server: OwnClickHouse;
let database: TestDatabase;

beforeAll(async () => {
  server = await startOwnClickHouse();
  database = await openDatabase(server.url());
});

afterAll(async () => {
  await database.close();
  await server.stop();
});

async function made(name: string): Promise<TableName> {
  const table = database.table(name);
  await database.clickhouse.tables.prepare(table, { lanes: 1, durability: 'server' });
  return table;
}

async function failureOf(work: Promise<unknown>): Promise<InsertFailed> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof InsertFailed) return error;
  throw new Error(`not an InsertFailed: ${String(error)}`);
}

const send = (table: TableName, block: Block, options: ConnectOptions = {}) =>
  failureOf(database.connect(options).events.insert(table, block, sendOptions('T')));

const rowsOf = (table: string) =>
  database.rows(`SELECT count() AS rows FROM ${database.name}.${table}`);

/** For tests that are not about a limit. */
const PATIENT = {
  insertIdleMs: PATIENCE_MS,
  insertDeadlineMs: PATIENCE_MS,
  insertSilenceMs: PATIENCE_MS,
  queryDeadlineMs: PATIENCE_MS,
};

/** A few MB. */
const large = () =>
  blockOf(
    'topic',
    rowsFrom(0, 0, 50_000).map((row) => ({ ...row, payload: `{"n":${row.offset}}` })),
  );

/** Much more than the buffers of a connection hold. */
const huge = () =>
  blockOf(
    'topic',
    rowsFrom(0, 0, 20_000).map((row) => ({ ...row, payload: 'x'.repeat(2_000) })),
  );

async function listening(listener: Server): Promise<string> {
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
}

test('a refused connection is distinguished from an address that is not ClickHouse', async () => {
  const gateway = createHttpServer((request, response) => {
    request.resume();
    response.writeHead(502, { connection: 'close' }).end('no');
  });
  const url = await listening(gateway);
  const block = blockOf('topic', rowsFrom(0, 0, 1));
  const { error } = await send(database.table('nowhere'), block, { url });
  expect(error).toMatchObject({ kind: 'server', code: null });
  expect(error.message).toContain('HTTP 502');
  expect(onInsertError(error)).toBe('retry');
  gateway.close();
  await once(gateway, 'close');
  const refused = await send(database.table('nowhere'), block, { url });
  expect(refused.error).toMatchObject({ kind: 'network', code: null });
  expect(refused.error.message).toBe(`no answer from ${url}: ECONNREFUSED`);
  expect(onInsertError(refused.error)).toBe('retry');
});

/** The greeting of each kind of program, or its answer to an HTTP request. */
const NATIVE =
  'HTTP/1.0 400 Bad Request\r\n\r\nPort 9000 is for clickhouse-client program\r\nYou must use port 8123 for HTTP.\r\n';
const MYSQL = '\x4a\x00\x00\x00\x0a8.0.31-ClickHouse';
const answering = (words: string, when: 'at once' | 'asked') =>
  createServer((socket) => {
    socket.on('error', () => undefined);
    if (when === 'at once') socket.write(words);
    else socket.once('data', () => socket.end(words));
  });
const web = (status: number) =>
  createHttpServer((request, response) => {
    request.resume();
    response.writeHead(status, { connection: 'close' }).end('{"rows":1}');
  });

test.each([
  ['the native protocol', answering(NATIVE, 'asked'), /native protocol.*HTTP port is 8123.*8443/],
  ['the protocol of MySQL', answering(MYSQL, 'at once'), /does not speak HTTP.*8123.*8443/],
  ['a web server without this page', web(404), /HTTP 404.*is not ClickHouse.*8123.*8443/],
  ['a web server that accepts everything', web(200), /HTTP 200.*is not ClickHouse.*8123.*8443/],
  ['a server that expects TLS', createTlsServer({}), /expects TLS or is not ClickHouse.*8443/],
])('%s is reported with the ports to try', async (_, listener, words) => {
  const url = await listening(listener);
  const { error } = await send(database.table('t'), blockOf('topic', rowsFrom(0, 0, 1)), { url });
  expect(error.message).toMatch(words);
  expect(onInsertError(error)).toBe('retry');
  listener.close();
});

test('TLS against a port without TLS is reported', async () => {
  const url = database.url.replace('http:', 'https:');
  const { error } = await send(database.table('t'), blockOf('topic', rowsFrom(0, 0, 1)), { url });
  expect(error.message).toMatch(/does not speak TLS: set CLICKHOUSE_SECURE=false/);
  expect(onInsertError(error)).toBe('retry');
});

/** Sends a block of a few MB through a network with this fault. */
async function through(options: ProxyOptions, table: TableName, block = large()) {
  const proxy = await startProxy(database.url, options);
  const limits = { ...PATIENT, insertIdleMs: 500 };
  try {
    return await send(table, block, { limits, url: proxy.url });
  } finally {
    await proxy.close();
  }
}

test('a truncated body inserts nothing', async () => {
  const table = await made('cut');
  for (const cutAfterBytes of [1, 100_000, 2_000_000]) {
    const { error } = await through({ cutAfterBytes }, table);
    expect(error.kind).toBe('network');
  }
  await database.clickhouse.events.insert(table, large(), sendOptions('T'));
  expect(await rowsOf('cut')).toEqual([{ rows: 50_000 }]);
});

test('rows stay if the answer is lost, and a repeat adds none', async () => {
  const table = await made('lost');
  const { error } = await through({ losesAnswers: true }, table);
  expect(error.kind).toBe('network');
  expect(onInsertError(error)).toBe('retry');
  expect(await rowsOf('lost')).toEqual([{ rows: 50_000 }]);
  await database.clickhouse.events.insert(table, large(), sendOptions('T'));
  expect(await rowsOf('lost')).toEqual([{ rows: 50_000 }]);
});

test('a query without an answer ends at its deadline', async () => {
  const deaf = createServer((socket) => socket.pause());
  const url = await listening(deaf);
  const limits = { ...PATIENT, queryDeadlineMs: 200 };
  const { error } = await send(database.table('deaf'), blockOf('topic', []), { url, limits });
  expect(error).toMatchObject({ kind: 'timeout', message: `no answer from ${url} within 200 ms` });
  deaf.close();
});

test('an insert of which no byte is read ends at the idle limit, long before its deadline', async () => {
  const table = await made('stalled');
  const { error } = await through({ stallsAfterBytes: 100_000 }, table, huge());
  expect(error).toMatchObject({ kind: 'network', code: null });
  expect(error.message).toContain('accepted no byte of the insert for 500 ms');
  expect(await rowsOf('stalled')).toEqual([{ rows: 0 }]);
});

test('an insert that is read slowly but steadily outlives the idle limit', async () => {
  const table = await made('steady');
  const proxy = await startProxy(database.url, { sliceDelayMs: 10 });
  const limits = { ...PATIENT, insertIdleMs: 4_000 };
  const { events } = database.connect({ url: proxy.url, limits });
  const sinceMs = performance.now();
  await events.insert(table, huge(), sendOptions('T'));
  expect(performance.now() - sinceMs).toBeGreaterThan(limits.insertIdleMs);
  await proxy.close();
  expect(await rowsOf('steady')).toEqual([{ rows: 20_000 }]);
});

test('an insert that runs too long ends at its deadline and asks for smaller blocks', async () => {
  const table = await made('late');
  await database.sql(
    `CREATE MATERIALIZED VIEW ${database.name}.late_view ENGINE = Null AS SELECT sleepEachRow(0.09) AS s FROM ${database.name}.late`,
  );
  // The body was read long before the idle limit passes. The view takes 2.7 s.
  const limits = { ...PATIENT, insertIdleMs: 1_000, insertDeadlineMs: 2_000 };
  const { error } = await send(table, blockOf('topic', rowsFrom(0, 0, 30)), { limits });
  expect(error).toMatchObject({ kind: 'timeout', code: null });
  expect(onInsertError(error)).toBe('shrink');
});

test('a cancelled call ends at once', async () => {
  const table = await made('given_up');
  const caller = new AbortController();
  caller.abort();
  const options = { ...sendOptions('T'), signal: caller.signal };
  const { error } = await failureOf(database.clickhouse.events.insert(table, large(), options));
  expect(error.kind).toBe('aborted');
  expect(await rowsOf('given_up')).toEqual([{ rows: 0 }]);
});

test('a killed server is used again once it is back, with its rows', async () => {
  const own = await startOwnClickHouse();
  try {
    const ownDatabase = await openDatabase(own.url());
    const { tables, events } = ownDatabase.clickhouse;
    const table = ownDatabase.table('restarted');
    const { target } = await tables.prepare(table, { lanes: 1, durability: 'server' });
    const block = blockOf('topic', rowsFrom(0, 0, 10));
    await events.insert(table, block, sendOptions('T'));
    await own.kill('SIGKILL');
    const { error } = await failureOf(events.present(table, aLog('topic'), block));
    expect(error).toMatchObject({ kind: 'network' });
    await own.restart();
    await events.insert(table, block, sendOptions('T'));
    expect((await events.present(table, aLog('topic'), block)).size).toBe(10);
    expect(await tables.rowsOfOtherOrigin(table, 'other')).toBe(10);
    expect(await tables.identify(table, target)).toMatchObject({ tableId: target.tableId });
    await ownDatabase.close();
  } finally {
    await own.stop();
  }
});
