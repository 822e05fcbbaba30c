/**
 * Promise: to the stock client the front looks like a ClickHouse server: queries, typed parameters, settings, databases
 * and errors. Checked through `@clickhouse/client`, or with plain requests if the client hides the answer.
 */
import { ClickHouseError } from '@clickhouse/client';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowsOf, send } from './front/raw-http.js';
import { createFrontFolder, type Front } from './front/start-front.js';

const folder = createFrontFolder();
let front: Front;

beforeAll(async () => {
  front = await folder.start();
});
afterAll(() => folder.remove());

const unique = (name: string) => `${name}_${randomUUID().replaceAll('-', '')}`;

async function failureOf(promise: Promise<unknown>): Promise<ClickHouseError> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof ClickHouseError) return error;
  throw error as Error;
}

describe('the stock client', () => {
  it('gets an answer to its ping', async () => {
    expect(await front.client().ping()).toEqual({ success: true });
  });

  it('creates a table, inserts rows as objects, and reads them back', async () => {
    const client = front.client();
    const table = unique('events');
    await client.command({ query: `CREATE TABLE ${table} (id UInt64, name String) ORDER BY id` });
    const values = [
      { id: 1, name: 'Zoë' },
      { id: 2, name: "quote ' tab \t" },
    ];
    const { summary } = await client.insert({ table, values, format: 'JSONEachRow' });
    expect(summary?.written_rows).toBe('2');
    const answer = await client.query({
      query: `SELECT * FROM ${table} ORDER BY id`,
      format: 'JSONEachRow',
    });
    expect(await answer.json()).toEqual(values);
  });

  it.each([
    [
      'a string with quotes, backslashes, tabs and line ends',
      'String',
      'it\'s "a" \\n \\ \t \n end',
    ],
    ['a large number', 'UInt32', 4_294_967_295],
    ['a list', 'Array(String)', ['a', "b'c"]],
    ['null', 'Nullable(String)', null],
    ['a map', 'Map(String, UInt8)', { a: 1 }],
  ])('binds %s as a typed parameter', async (_what, type, value) => {
    const answer = await front.client().query({
      query: `SELECT {v:${type}} AS v, 'not {v:String}' AS text`,
      query_params: { v: value },
      format: 'JSONEachRow',
    });
    expect(await answer.json()).toEqual([{ v: value, text: 'not {v:String}' }]);
  });

  it('keeps the parameters of concurrent requests apart', async () => {
    const client = front.client({ max_open_connections: 16 });
    const wrong = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        const answer = await client.query({
          query: 'SELECT {n:UInt32} AS n',
          query_params: { n },
          format: 'JSONEachRow',
        });
        const [row] = await answer.json<{ n: number }>();
        return row!.n !== n;
      }),
    );
    expect(wrong.filter(Boolean)).toEqual([]);
  });

  it('rejects a missing parameter, even if an earlier request gave it', async () => {
    await rowsOf(front, 'SELECT {v:UInt8}', { param_v: '1' });
    const error = await failureOf(front.client().query({ query: 'SELECT {v:UInt8}' }));
    expect(error).toMatchObject({ code: '456', type: 'UNKNOWN_QUERY_PARAMETER' });
  });

  it('streams an answer of many rows', async () => {
    const answer = await front.client().query({
      query: 'SELECT number AS n FROM numbers(200000)',
      format: 'JSONCompactEachRow',
    });
    let rows = 0;
    for await (const some of answer.stream()) rows += some.length;
    expect(rows).toBe(200_000);
  });

  it('gets a compressed answer if it asks for one', async () => {
    const client = front.client({ compression: { response: true, request: true } });
    const table = unique('compressed');
    await client.command({ query: `CREATE TABLE ${table} (id UInt64) ORDER BY id` });
    await client.insert({ table, values: [{ id: 7 }], format: 'JSONEachRow' });
    const answer = await client.query({ query: `SELECT * FROM ${table}`, format: 'JSONEachRow' });
    expect(await answer.json()).toEqual([{ id: 7 }]);
  });

  it('receives the query id that it chose', async () => {
    const query_id = unique('mine');
    const answer = await front.client().query({ query: 'SELECT 1', query_id });
    expect(answer.query_id).toBe(query_id);
  });
});

describe('settings', () => {
  it('apply to a SELECT', async () => {
    const answer = await front.client().query({
      query: "SELECT getSetting('max_threads') AS n",
      clickhouse_settings: { max_threads: 3 },
      format: 'JSONEachRow',
    });
    expect(await answer.json()).toEqual([{ n: 3 }]);
  });

  it('apply to an INSERT', async () => {
    const table = unique('settings');
    await rowsOf(front, `CREATE TABLE ${table} (n UInt8) ORDER BY n`);
    const insert = (settings: Record<string, string>) =>
      send(front, {
        address: { query: `INSERT INTO ${table} FORMAT JSONEachRow`, ...settings },
        body: '{"n":1,"other":2}',
      });
    expect((await insert({ input_format_skip_unknown_fields: '0' })).status).toBe(400);
    expect((await insert({ input_format_skip_unknown_fields: '1' })).status).toBe(200);
  });

  it('apply to a statement that has no SETTINGS clause of its own', async () => {
    const table = unique('ddl');
    const { text } = await send(front, {
      address: { flatten_nested: '0' },
      body: `CREATE TABLE ${table} (n Nested(a UInt8)) ENGINE = Memory`,
    });
    expect(text).toBe('');
    expect(await rowsOf(front, `SELECT name FROM system.columns WHERE table = '${table}'`)).toEqual(
      ['n'],
    );
  });

  it.each(['SELECT 1', 'INSERT INTO nowhere FORMAT TSV', 'CREATE DATABASE nowhere'])(
    'are refused if the engine does not know the name: %s',
    async (query) => {
      const { status, headers, text } = await send(front, { address: { query, max_thread: '1' } });
      expect(text).toMatch(/^Code: 115\. DB::Exception: .*\(UNKNOWN_SETTING\) \(version .*\)\n$/);
      expect([status, headers['x-clickhouse-exception-code']]).toEqual([404, '115']);
    },
  );

  it('do not carry over to the next request, nor do its database and temporary tables', async () => {
    const database = unique('elsewhere');
    await rowsOf(front, `CREATE DATABASE ${database}`);
    const state = "SELECT getSetting('max_threads') AS n, currentDatabase()";
    const before = await rowsOf(front, state);
    for (const leaving of [
      'SET max_threads = 7',
      `USE ${database}`,
      'CREATE TEMPORARY TABLE passing (n UInt8)',
    ]) {
      for (let n = 0; n < 8; n += 1) await rowsOf(front, leaving, { max_threads: '5' });
    }
    const after = await Promise.all(Array.from({ length: 8 }, () => rowsOf(front, state)));
    expect(after).toEqual(Array.from({ length: 8 }, () => before));
    expect((await send(front, { body: 'SELECT * FROM passing' })).status).toBe(404);
  });
});

describe('the database', () => {
  it('is the one that the client names', async () => {
    const database = unique('named');
    await rowsOf(front, `CREATE DATABASE ${database}`);
    const client = front.client({ database });
    await client.command({ query: 'CREATE TABLE here (n UInt8) ORDER BY n' });
    await client.insert({ table: 'here', values: [[4]], format: 'JSONCompactEachRow' });
    expect(await rowsOf(front, `SELECT n FROM ${database}.here`)).toEqual(['4']);
    const byHeader = await send(front, {
      headers: { 'X-ClickHouse-Database': database },
      body: 'SELECT n FROM here',
    });
    expect(byHeader.text).toBe('4\n');
  });

  it('must exist', async () => {
    const error = await failureOf(front.client({ database: 'none' }).query({ query: 'SELECT 1' }));
    expect(error).toMatchObject({ code: '81', type: 'UNKNOWN_DATABASE' });
  });

  it('gives its tables ids if it is named "default", as a server does', async () => {
    const table = unique('identified');
    await rowsOf(front, `CREATE TABLE ${table} (n UInt8) ORDER BY n`);
    const [uuid] = await rowsOf(front, `SELECT uuid FROM system.tables WHERE name = '${table}'`);
    expect(uuid).not.toMatch(/^[0-]*$/);
  });
});

describe('errors', () => {
  it.each([
    ['a missing table', 'SELECT * FROM nowhere', 404, '60', 'UNKNOWN_TABLE'],
    ['an invalid statement', 'SELEC 1', 400, '62', 'SYNTAX_ERROR'],
    ['a single word', 'abc', 400, '62', 'SYNTAX_ERROR'],
    ['no statement at all', ' ', 400, '62', 'SYNTAX_ERROR'],
    ['two statements', 'SELECT 1; SELECT 2', 400, '62', 'SYNTAX_ERROR'],
    ['an invalid number', "SELECT toUInt8('x')", 400, '6', 'CANNOT_PARSE_TEXT'],
    ['an error without a special status', "SELECT throwIf(1, 'so')", 500, '395', 'FUNCTION_THROW'],
  ])('come from the engine: %s', async (_what, body, status, code, name) => {
    const answer = await send(front, { body });
    expect(answer.status).toBe(status);
    expect(answer.headers['x-clickhouse-exception-code']).toBe(code);
    expect(answer.text).toMatch(new RegExp(`^Code: ${code}\\. DB::Exception: `));
    expect(answer.text).toMatch(new RegExp(`\\(${name}[A-Z_]*\\) \\(version [0-9.]+\\)\\n$`));
  });

  it('of an INSERT contain no internal path and no repeated error text', async () => {
    const table = unique('broken');
    await rowsOf(front, `CREATE TABLE ${table} (n UInt8, CONSTRAINT small CHECK n < 5) ORDER BY n`);
    const refused = await send(front, {
      address: { query: `INSERT INTO ${table} FORMAT TSV` },
      body: '9\n',
    });
    expect(refused.headers['x-clickhouse-exception-code']).toBe('469');
    expect(refused.text.match(/VIOLATED_CONSTRAINT/g)).toHaveLength(1);
    const broken = await send(front, {
      address: { query: `INSERT INTO ${table} FORMAT TSV` },
      body: 'nine\n',
    });
    expect(broken.headers['x-clickhouse-exception-code']).toBe('27');
    expect(broken.text.match(/DB::Exception/g)).toHaveLength(1);
    expect(broken.text).toContain(': data for INSERT was parsed from query. (');
    expect(broken.text).not.toContain('/proc/');
  });
});
