// Promise: a refusal of the server is reported with its number and the facts that determine the next step, and never contains
// any part of a row or a password. Checked by making the real server refuse rows with a marker, and by reading everything in the
// errors.
import { Buffer } from 'node:buffer';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Block } from '../../../src/domain/blocks/block.js';
import { InsertFailed } from '../../../src/domain/insert-failures/insert-error.js';
import { CLICKHOUSE_CODES } from '../../../src/domain/insert-failures/clickhouse-codes.js';
import { onInsertError } from '../../../src/domain/insert-failures/decide.js';
import type { TableName } from '../../../src/domain/table/table-name.js';
import {
  blockOf,
  DAY,
  JANUARY,
  letterAt,
  letterOptions,
  rowsFrom,
  sendOptions,
} from '../../support/clickhouse-blocks.js';
import { GATE_SETTINGS, openGate } from '../../support/clickhouse-gate.js';
import { startProxy } from '../../support/clickhouse-proxy.js';
import { type OwnClickHouse, startOwnClickHouse } from '../../support/clickhouse-server.js';
import {
  type ConnectOptions,
  openDatabase,
  type TestDatabase,
} from '../../support/clickhouse-tables.js';
import { aLog } from '../../support/pipeline-builders.js';

const MARKER = 'marker-6b1f';
const PASSWORD = 'pass-9e2c';
const WISHES = { lanes: 1, durability: 'server' } as const;

let server: OwnClickHouse;
let database: TestDatabase;

beforeAll(async () => {
  server = await startOwnClickHouse({ password: PASSWORD });
  database = await openDatabase(server.url(), { password: PASSWORD });
});

afterAll(async () => {
  await database.close();
  await server.stop();
});

async function made(name: string, ...more: readonly string[]): Promise<TableName> {
  const table = database.table(name);
  await database.clickhouse.tables.prepare(table, WISHES);
  for (const alter of more) await database.sql(`ALTER TABLE ${database.name}.${name} ${alter}`);
  return table;
}

/** Rows with the marker in a value. The one at `bad` breaks the constraint that tests create. */
const marked = (count: number, bad = -1): Block =>
  blockOf(
    `topic`,
    rowsFrom(0, 0, count).map((row, index) => ({
      ...row,
      payload: index === bad ? `{"bad":"${MARKER}"}` : `{"${MARKER}":${index}}`,
    })),
  );

async function failureOf(work: Promise<unknown>): Promise<InsertFailed> {
  try {
    await work;
  } catch (error) {
    expect(error).toBeInstanceOf(InsertFailed);
    const everything = inspect(error, { depth: 10, showHidden: true });
    for (const secret of [MARKER, PASSWORD]) expect(everything).not.toContain(secret);
    return error as InsertFailed;
  }
  throw new Error('nothing failed');
}

const send = (table: TableName, block: Block, options: ConnectOptions = {}) =>
  failureOf(database.connect(options).events.insert(table, block, sendOptions('T')));

const rowsOf = (table: string) =>
  database.rows(`SELECT count() AS rows FROM ${database.name}.${table}`);

test('a broken constraint is reported with its table and its position', async () => {
  const table = await made(
    'checked',
    `ADD CONSTRAINT \`no 'bad\` CHECK NOT startsWith(payload, '{"bad"')`,
  );
  const { error } = await send(table, marked(10, 7));
  expect(error).toMatchObject({
    kind: 'server',
    code: 469,
    constraintOf: `${database.name}.checked`,
    view: null,
    row: 7,
  });
  const after = { committed: 'none', views: [], table: `${database.name}.checked` } as const;
  expect(onInsertError(error, { after })).toBe('bisect');
  expect(await rowsOf('checked')).toEqual([{ rows: 0 }]);
});

test('a refusal behind a view is distinguished from one of the table itself', async () => {
  const table = await made('viewed');
  const { name } = database;
  await database.sql(
    `CREATE TABLE ${name}.strict (payload String, CONSTRAINT c CHECK NOT startsWith(payload, '{"bad"')) ENGINE = MergeTree ORDER BY payload`,
  );
  await database.sql(
    `CREATE MATERIALIZED VIEW ${name}.\`v'i\` TO ${name}.strict AS SELECT payload FROM ${name}.viewed`,
  );
  const { error } = await send(table, marked(10, 3));
  const view = `${name}.\`v'i\``;
  expect(error).toMatchObject({ code: 469, constraintOf: `${name}.strict`, view });
  expect(await database.clickhouse.events.views(table)).toEqual([view]);
  const after = { committed: 'all', views: [view], table: `${name}.viewed` } as const;
  expect(onInsertError(error, { after })).toBe('operator');
});

test('a function that throws in a view is reported as a refusal of the view', async () => {
  const table = await made('throwing');
  const { name } = database;
  await database.sql(
    `CREATE MATERIALIZED VIEW ${name}.thrower ENGINE = MergeTree ORDER BY n AS
       SELECT throwIf(startsWith(payload, '{"bad"'), '${MARKER}') AS n FROM ${name}.throwing`,
  );
  const { error } = await send(table, marked(10, 3));
  expect(error).toMatchObject({ code: 395, constraintOf: null, view: `${name}.thrower` });
});

test('too many table partitions in one block are distinguished from too many parts', async () => {
  const table = await made('months');
  const rows = Array.from({ length: 101 }, (_, index) => ({
    partition: 0,
    offset: index,
    time: JANUARY - index * 31 * DAY,
  }));
  const { error } = await send(table, blockOf('topic', rows));
  expect(error).toMatchObject({ code: 252, tooManyTablePartitions: true });
  expect(onInsertError(error)).toBe('split');
  expect(await rowsOf('months')).toEqual([{ rows: 0 }]);

  await made('parts', 'MODIFY SETTING parts_to_throw_insert = 1, parts_to_delay_insert = 1');
  await database.sql(`SYSTEM STOP MERGES ${database.name}.parts`);
  const parts = database.table('parts');
  await database.clickhouse.events.insert(
    parts,
    blockOf('topic', rowsFrom(0, 0, 1)),
    sendOptions('A'),
  );
  const crowded = await send(parts, blockOf('topic', rowsFrom(0, 1, 1)));
  expect(crowded.error).toMatchObject({ code: 252, tooManyTablePartitions: false });
  expect(onInsertError(crowded.error)).toBe('slow-down');
});

test('an error about rows that do not fit a column does not quote them', async () => {
  await database.sql(
    `CREATE TABLE ${database.name}.numeric (event_id String, payload UInt32) ENGINE = MergeTree ORDER BY event_id`,
  );
  const block = marked(3);
  const columns = block.columns.filter(({ name }) => ['event_id', 'payload'].includes(name));
  const { error } = await send(database.table('numeric'), { ...block, columns });
  expect(error.kind).toBe('server');
  expect(onInsertError(error)).toBe('bisect');
});

test('an error about a missing table or column names it', async () => {
  const gone = await send(database.table('gone'), marked(1));
  expect(gone.error).toMatchObject({
    code: 60,
    message: expect.stringContaining('gone') as string,
  });
  expect(onInsertError(gone.error)).toBe('operator');
  const table = await made('narrowed', 'DROP COLUMN source');
  const narrowed = await send(table, marked(1));
  expect(narrowed.error.code).toBe(16);
  expect(onInsertError(narrowed.error)).toBe('refresh');
});

test('a memory limit makes blocks smaller', async () => {
  const table = await made('tight');
  const proxy = await startProxy(database.url, { profile: { max_memory_usage: '1000000' } });
  const { error } = await send(table, marked(100_000), { url: proxy.url });
  await proxy.close();
  expect(error.code).toBe(241);
  expect(onInsertError(error)).toBe('shrink');
});

/** Other errors that the embedded engine can produce, and their consequences. */
const REFUSALS: readonly {
  readonly what: string;
  readonly alter?: string;
  readonly profile?: Readonly<Record<string, string>>;
  readonly code: number;
  readonly action: string;
}[] = [
  {
    what: 'an insert that takes longer than its user may',
    profile: { max_execution_time: '0.001' },
    ...{ code: 159, action: 'retry' },
  },
  {
    what: 'a server that is read-only',
    profile: { readonly: '1' },
    ...{ code: 164, action: 'retry' },
  },
  {
    what: 'a disk without room',
    alter: 'MODIFY SETTING min_free_disk_bytes_to_perform_insert = 1000000000000000',
    ...{ code: 243, action: 'slow-down' },
  },
  {
    what: 'a table that was made read-only',
    alter: 'MODIFY SETTING table_readonly = 1',
    ...{ code: 774, action: 'operator' },
  },
  {
    what: 'a column of the table that can not be computed',
    alter: 'ADD COLUMN n UInt32 MATERIALIZED toUInt32(payload)',
    ...{ code: 6, action: 'bisect' },
  },
  {
    what: 'something that nobody has thought of',
    alter: `ADD COLUMN n UInt8 MATERIALIZED throwIf(startsWith(payload, '{'), '${MARKER}')`,
    ...{ code: 395, action: 'retry' },
  },
];

test.each(REFUSALS)('$what: $code, $action', async ({ alter, profile = {}, code, action }) => {
  const table = await made(`refusing_${code}`, ...(alter === undefined ? [] : [alter]));
  const proxy = await startProxy(database.url, { profile });
  const { error } = await send(table, marked(50_000), { url: proxy.url });
  await proxy.close();
  expect(error).toMatchObject({ kind: 'server', code, view: null });
  expect(onInsertError(error)).toBe(action);
  expect(await rowsOf(table.table)).toEqual([{ rows: 0 }]);
});

test('a query beyond the limit of its user is refused and retried', async () => {
  const table = await made('crowded');
  const proxy = await startProxy(database.url, {
    profile: { max_concurrent_queries_for_user: '1' },
  });
  const gate = await openGate();
  const busy = database.sql(`SELECT n FROM ${gate.source} SETTINGS ${GATE_SETTINGS}`);
  let code: number | null = null;
  // Until the other query is running, this one may still be accepted.
  for (let offset = 0; code === null; offset++) {
    const block = blockOf('topic', rowsFrom(0, offset, 1));
    const clickhouse = database.connect({ url: proxy.url });
    const sent = clickhouse.events.insert(table, block, sendOptions(`T${offset}`));
    code = await sent.then(
      () => null,
      (error: unknown) => (error as InsertFailed).error.code,
    );
  }
  gate.open();
  await busy;
  await gate.close();
  await proxy.close();
  expect(code).toBe(202);
});

test('a missing database and truncated columns have their own errors', async () => {
  const gone = await send({ database: 'gone', table: 'events' }, marked(1));
  expect(gone.error.code).toBe(81);
  expect(onInsertError(gone.error)).toBe('operator');
  const table = await made('short');
  const block = marked(100);
  const columns = block.columns.map((column) =>
    column.name === '_offset' ? { ...column, data: column.data.subarray(0, 796) } : column,
  );
  const short = await send(table, { ...block, columns });
  expect(short.error.code).toBe(33);
  expect(onInsertError(short.error)).toBe('refresh');
});

test('an error about a wrong password does not contain the password', async () => {
  const { error } = await send(database.table('checked'), marked(1), { password: `${PASSWORD}x` });
  expect(error).toMatchObject({ code: 516, message: expect.stringContaining('default') as string });
  expect(onInsertError(error)).toBe('operator');
});

test('a failed write of dead letters reports the same errors', async () => {
  const table = database.table('no_letters');
  const letter = letterAt(1, { error: MARKER, key: Buffer.from(MARKER) });
  const { error } = await failureOf(
    database.clickhouse.deadLetters.insert(table, aLog(MARKER), [letter], letterOptions('T/d')),
  );
  expect(error).toMatchObject({ kind: 'server', code: 60 });
});

test('the error names in the code are those of the server', async () => {
  const names = await database.rows<{ code: number; name: string }>(
    'SELECT toUInt32(number) AS code, errorCodeToName(toInt32(number)) AS name FROM numbers(1100)',
  );
  const known = [...CLICKHOUSE_CODES].map(([code, { name }]) => ({ code, name }));
  const asked = new Map(names.map(({ code, name }) => [code, name]));
  expect(known.filter(({ code, name }) => asked.get(code) !== name)).toEqual([]);
});

test('an error that the code does not know has the name that the server gives it', async () => {
  const table = await made('uuids', 'ADD COLUMN u UUID MATERIALIZED toUUID(payload)');
  const { error } = await send(table, marked(2));
  expect(CLICKHOUSE_CODES.has(376)).toBe(false);
  expect(error).toMatchObject({
    code: 376,
    view: null,
    message: 'ClickHouse error 376 CANNOT_PARSE_UUID',
  });
});
