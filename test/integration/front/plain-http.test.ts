/**
 * Promise: a plain request may put its statement where a server allows it, and gets the format and the headers of a
 * server.
 */
import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rowsOf, send } from './raw-http.js';
import { createFrontFolder, type Front } from './start-front.js';

const folder = createFrontFolder();
let front: Front;

beforeAll(async () => {
  front = await folder.start();
});
afterAll(() => folder.remove());

it('answers the health check', async () => {
  for (const path of ['/ping', '/', '/replicas_status']) {
    expect(await send(front, { method: 'GET', path })).toMatchObject({
      status: 200,
      text: 'Ok.\n',
    });
  }
  expect((await send(front, { method: 'GET', path: '/nothing' })).status).toBe(404);
});

it('takes a statement from the address, from the body, or from both', async () => {
  const get = await send(front, { method: 'GET', address: { query: 'SELECT 1 + 1' } });
  const post = await send(front, { body: 'SELECT 1 + 1;' });
  const both = await send(front, { address: { query: 'SELECT 1' }, body: '+ 1' });
  expect([get.text, post.text, both.text]).toEqual(['2\n', '2\n', '2\n']);
});

it('allows only reads with GET', async () => {
  const answer = await send(front, {
    method: 'GET',
    address: {
      query: `CREATE TABLE got_${randomUUID().replaceAll('-', '')} (n UInt8) ENGINE = Memory`,
    },
  });
  expect(answer.headers['x-clickhouse-exception-code']).toBe('164');
});

it('reports query id, format, time zone and summary in its headers', async () => {
  const { headers, summary } = await send(front, {
    address: { query_id: 'chosen', default_format: 'JSONEachRow' },
    body: 'SELECT 1 AS format UNION ALL SELECT 2',
  });
  expect(headers).toMatchObject({
    'x-clickhouse-query-id': 'chosen',
    'x-clickhouse-format': 'JSONEachRow',
    'x-clickhouse-timezone': (await rowsOf(front, 'SELECT timezone()'))[0],
    'x-clickhouse-server-display-name': 'millrace-development',
    'content-type': 'application/x-ndjson; charset=UTF-8',
  });
  expect(summary).toMatchObject({ result_rows: 2, written_rows: 0 });
  expect(summary['elapsed_ns']).toBeGreaterThan(0);
});

it('answers in the format of the statement, else of the header, else of the address, else as tabs', async () => {
  const headers = { 'X-ClickHouse-Format': 'CSV' };
  const address = { default_format: 'JSONEachRow' };
  const answers = await Promise.all([
    send(front, { headers, address, body: "SELECT 'a' AS a, 2 AS b FORMAT JSONCompactEachRow" }),
    send(front, { headers, address, body: "SELECT 'a' AS a, 2 AS b" }),
    send(front, { address, body: "SELECT 'a' AS a, 2 AS b" }),
    send(front, { body: "SELECT 'a' AS a, 2 AS b" }),
  ]);
  expect(answers.map(({ text }) => text)).toEqual([
    '["a", 2]\n',
    '"a",2\n',
    '{"a":"a","b":2}\n',
    'a\t2\n',
  ]);
});

it('compresses an answer only on request, with a codec that the client can read', async () => {
  const ask = (address: Record<string, string>, encoding: string) =>
    send(front, {
      address,
      headers: { 'Accept-Encoding': encoding },
      body: 'SELECT number FROM numbers(1000)',
    });
  const plain = await ask({}, 'gzip');
  const zipped = await ask({ enable_http_compression: '1' }, 'gzip, br');
  const unreadable = await ask({ enable_http_compression: '1' }, 'zstd');
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(unreadable.headers['content-encoding']).toBeUndefined();
  expect(zipped.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(zipped.bytes).equals(plain.bytes)).toBe(true);
});
