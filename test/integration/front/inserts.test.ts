/**
 * Promise: an insert is written completely or not at all, however its body is sent, and the answer says what was written.
 * Checked with bodies in every framing, truncated and stalled, against the table and the process's open files.
 */
import { randomUUID } from 'node:crypto';
import { compressSync } from 'lz4-napi';
import { Readable } from 'node:stream';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginInsert, rowsOf, send } from './raw-http.js';
import { bodyFilesOf, createFrontFolder, type Front } from './start-front.js';
import { waitUntil } from '../../support/wait-until.js';

const folder = createFrontFolder();
let front: Front;

beforeAll(async () => {
  // The time in which a truncated insert must be visible as running before it is abandoned anyway.
  front = await folder.start('--receive-timeout', '10');
});
afterAll(() => folder.remove());

async function newTable(rest = 'ORDER BY a'): Promise<string> {
  const table = `t_${randomUUID().replaceAll('-', '')}`;
  await rowsOf(front, `CREATE TABLE ${table} (a UInt64, b String) ${rest}`);
  return table;
}

const WITH_WINDOW = 'ORDER BY a SETTINGS non_replicated_deduplication_window = 100';
const LINES = '1\tone\n2\ttwo\n';
const ROWS = ['1\tone', '2\ttwo'];

/** One ClickHouse block of a body, as `decompress=1` expects it. */
function lz4Block(plain: string): Buffer {
  const sized = compressSync(plain);
  const head = Buffer.alloc(21);
  head[16] = 0x82;
  head.writeUInt32LE(sized.length + 5, 17);
  return Buffer.concat([head, sized]);
}

describe('a body', () => {
  it.each([
    ['plain', {}, {}, LINES],
    ['gzip', {}, { 'Content-Encoding': 'gzip' }, gzipSync(LINES)],
    ['deflate', {}, { 'Content-Encoding': 'deflate' }, deflateSync(LINES)],
    ['br', {}, { 'Content-Encoding': 'br' }, brotliCompressSync(LINES)],
    ['chunked', {}, { 'Transfer-Encoding': 'chunked' }, LINES],
    [
      'ClickHouse blocks',
      { decompress: '1' },
      {},
      Buffer.concat([lz4Block('1\tone\n'), lz4Block('2\ttwo\n')]),
    ],
  ])('arrives in %s', async (_how, address, headers, body) => {
    const table = await newTable();
    const query = `INSERT INTO ${table} FORMAT TSV`;
    const { status, summary } = await send(front, {
      address: { ...address, query },
      headers,
      body,
    });
    expect([status, summary['written_rows']]).toEqual([200, 2]);
    expect(await rowsOf(front, `SELECT * FROM ${table} ORDER BY a`)).toEqual(ROWS);
  });

  it.each([
    ['after its statement', (t: string) => `INSERT INTO ${t} FORMAT TSV\n${LINES}`],
    [
      'after VALUES',
      (t: string) => `INSERT INTO ${t} (a, b) VALUES (1, 'one'), (1 + 1, lower('TWO'))`,
    ],
    [
      'after settings',
      (t: string) => `INSERT INTO ${t} SETTINGS async_insert = 0 FORMAT TSV\n${LINES}`,
    ],
  ])('may be placed %s', async (_where, body) => {
    const table = await newTable();
    expect((await send(front, { body: body(table) })).text).toBe('');
    expect(await rowsOf(front, `SELECT * FROM ${table} ORDER BY a`)).toEqual(ROWS);
  });

  it.each(['Native', 'RowBinary', 'JSONEachRow', 'TSV'])(
    'is exported and imported as %s',
    async (format) => {
      const [from, to] = [await newTable(), await newTable()];
      await rowsOf(
        front,
        `INSERT INTO ${from} SELECT number, repeat('x', number % 50) FROM numbers(70000)`,
      );
      const out = await send(front, { body: `SELECT * FROM ${from} ORDER BY a FORMAT ${format}` });
      const client = front.client();
      const { stream, summary } = await client.exec({
        query: `INSERT INTO ${to} FORMAT ${format}`,
        values: Readable.from([out.bytes], { objectMode: false }),
      });
      stream.resume();
      expect(summary?.written_rows).toBe('70000');
      const back = await send(front, { body: `SELECT * FROM ${to} ORDER BY a FORMAT ${format}` });
      expect(back.bytes.equals(out.bytes)).toBe(true);
    },
  );

  it('is never mixed up with concurrent bodies of any size', async () => {
    const table = await newTable();
    const sent = Array.from({ length: 120 }, (_, n) => ({
      first: n * 10_000,
      rows: 1 + ((n * 7919) % 5000),
    }));
    let next = 0;
    await Promise.all(
      Array.from({ length: 6 }, async () => {
        for (let n = next++; n < sent.length; n = next++) {
          const { first, rows } = sent[n]!;
          const body = Array.from({ length: rows }, (_, i) => `${first + i}\tx${first + i}\n`).join(
            '',
          );
          const address = { query: `INSERT INTO ${table} FORMAT TSV` };
          expect((await send(front, { address, body })).summary['written_rows']).toBe(rows);
        }
      }),
    );
    const check = `SELECT intDiv(a, 10000) AS n, count(), uniqExact(a), countIf(b != concat('x', toString(a))) FROM ${table} GROUP BY n ORDER BY n`;
    expect(await rowsOf(front, check)).toEqual(
      sent.map(({ rows }, n) => `${n}\t${rows}\t${rows}\t0`),
    );
  });
});

describe('a body that does not end properly', () => {
  const cut = async (headers: readonly string[], body: string | Uint8Array) => {
    const table = await newTable();
    const query_id = randomUUID();
    const address = { query: `INSERT INTO ${table} FORMAT TSV`, query_id };
    const socket = await beginInsert(front, { address, headers, body });
    const isRunning = async () => {
      const sql = 'SELECT count() FROM system.processes WHERE query_id = {id:String}';
      return (await rowsOf(front, sql, { param_id: query_id }))[0] === '1';
    };
    await waitUntil(isRunning, { what: 'the insert is seen running' });
    socket.destroy();
    await waitUntil(async () => !(await isRunning()), { what: 'the cut insert has ended' });
    return rowsOf(front, `SELECT count() FROM ${table}`);
  };

  it.each([
    ['fewer bytes than announced', ['Content-Length: 1000'], LINES],
    [
      'a chunk without an end',
      ['Transfer-Encoding: chunked'],
      `${LINES.length.toString(16)}\r\n${LINES}\r\n`,
    ],
    [
      'compressed data without an end',
      ['Content-Encoding: gzip', 'Content-Length: 1000'],
      gzipSync(LINES),
    ],
  ])('inserts nothing: %s', async (_what, headers, body) => {
    expect(await cut(headers, body)).toEqual(['0']);
  });

  it('inserts nothing if it cannot be decompressed, and the connection stays usable', async () => {
    const table = await newTable();
    const address = { query: `INSERT INTO ${table} FORMAT TSV` };
    const headers = { 'Content-Encoding': 'gzip' };
    const half = gzipSync(LINES.repeat(1000)).subarray(0, 40);
    expect(
      (await send(front, { address, headers, body: half })).headers['x-clickhouse-exception-code'],
    ).toBe('354');
    expect(
      (await send(front, { address, headers, body: LINES })).headers['x-clickhouse-exception-code'],
    ).toBe('354');
    const unknown = await send(front, {
      address,
      headers: { 'Content-Encoding': 'snail' },
      body: LINES,
    });
    expect([unknown.status, unknown.headers['x-clickhouse-exception-code']]).toEqual([501, '48']);
    expect(await rowsOf(front, `SELECT count() FROM ${table}`)).toEqual(['0']);
  });

  it('inserts nothing if it stalls for too long, and reports that', async () => {
    const table = await newTable();
    const address = { query: `INSERT INTO ${table} FORMAT TSV` };
    const socket = await beginInsert(front, {
      address,
      headers: ['Content-Length: 1000'],
      body: LINES,
    });
    let said = '';
    for await (const bytes of socket) said += String(bytes);
    expect(said).toMatch(/^HTTP\/1\.1 503 [\s\S]*Code: 209\. /);
    expect(await rowsOf(front, `SELECT count() FROM ${table}`)).toEqual(['0']);
  });

  it('leaves no named file, and no more open files than the pool keeps', async () => {
    for (let n = 0; n < 12; n += 1) await cut(['Content-Length: 1000'], LINES);
    const files = bodyFilesOf(front);
    expect(files.filter((file) => !file.endsWith(' (deleted)'))).toEqual([]);
    expect(files.length).toBeLessThanOrEqual(4);
  });
});

describe('the summary of written rows', () => {
  it('counts the rows of views behind the table too, as a server does', async () => {
    const [table, target] = [await newTable(), await newTable()];
    await rowsOf(
      front,
      `CREATE MATERIALIZED VIEW ${table}_view TO ${target} AS SELECT * FROM ${table} WHERE a > 1`,
    );
    const address = { query: `INSERT INTO ${table} FORMAT TSV` };
    expect((await send(front, { address, body: LINES })).summary['written_rows']).toBe(3);
  });

  it('covers INSERT ... SELECT', async () => {
    const table = await newTable();
    const { summary } = await send(front, {
      body: `INSERT INTO ${table} SELECT number, '' FROM numbers(500)`,
    });
    expect(summary['written_rows']).toBe(500);
  });

  it('is zero for an empty body, without an error', async () => {
    const table = await newTable();
    const answer = await send(front, { address: { query: `INSERT INTO ${table} FORMAT Native` } });
    expect([answer.status, answer.summary['written_rows']]).toEqual([200, 0]);
  });

  it('counts deduplicated rows too, as a server does', async () => {
    const table = await newTable(WITH_WINDOW);
    const address = {
      query: `INSERT INTO ${table} FORMAT TSV`,
      insert_deduplication_token: 'once',
    };
    const answers = [
      await send(front, { address, body: LINES }),
      await send(front, { address, body: LINES }),
    ];
    expect(answers.map(({ summary }) => summary['written_rows'])).toEqual([2, 2]);
    expect(await rowsOf(front, `SELECT * FROM ${table} ORDER BY a`)).toEqual(ROWS);
  });

  it('counts one block for concurrent sends of one token', async () => {
    const table = await newTable(WITH_WINDOW);
    const address = {
      query: `INSERT INTO ${table} FORMAT TSV`,
      insert_deduplication_token: 'once',
    };
    await Promise.all(Array.from({ length: 8 }, () => send(front, { address, body: LINES })));
    expect(await rowsOf(front, `SELECT * FROM ${table} ORDER BY a`)).toEqual(ROWS);
  });

  it('is sent only once the rows can be read', async () => {
    const table = await newTable();
    const address = { query: `INSERT INTO ${table} FORMAT TSV`, wait_end_of_query: '1' };
    for (let n = 1; n <= 20; n += 1) {
      await send(front, { address, body: LINES });
      expect(await rowsOf(front, `SELECT count() FROM ${table}`)).toEqual([String(2 * n)]);
    }
  });
});
