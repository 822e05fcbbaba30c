// Promise: if the guarantee is more than `none`, acknowledged rows survive a kill of ClickHouse. Checked by killing a real
// server with tables of each kind, and counting.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blockOf, rowsFrom, sendOptions } from '../../support/clickhouse-blocks.js';
import { type OwnClickHouse, startOwnClickHouse } from '../../support/clickhouse-server.js';
import { openDatabase, type TestDatabase } from '../../support/clickhouse-tables.js';

const WISHES = { lanes: 1, durability: 'server' } as const;
const ROWS = 398;
const COLUMNS = `event_id String, event_type String, timestamp DateTime, payload String, source String, metadata String,
  processed_at DateTime DEFAULT now(), _topic String, _epoch UInt32, _partition UInt32, _offset UInt64`;

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

const create = (table: string, engine: string) =>
  database.sql(`CREATE TABLE ${database.name}.${table} (${COLUMNS}) ENGINE = ${engine}`);

const countOf = async (table: string) => {
  const [row] = await database.rows<{ n: string }>(
    `SELECT toString(count()) AS n FROM ${database.name}.${table}`,
  );
  return Number(row?.n);
};

test('a killed server keeps all rows of tables that carry a guarantee, and loses rows of the others', async () => {
  await create('plain', 'MergeTree ORDER BY event_id');
  await create('behind', 'MergeTree ORDER BY event_id');
  await create('target', 'MergeTree ORDER BY event_id');
  const engines = {
    plain: null,
    small_log: 'TinyLog',
    striped: 'StripeLog',
    log: 'Log',
    // Much longer than the test, also in rows and bytes.
    buffer: `Buffer('${database.name}', 'behind', 1, 3600, 3600, 1000000, 1000000, 1000000000, 1000000000)`,
    memory: 'Memory',
    nothing: 'Null',
  };
  const levels = new Map<string, string>();
  for (const [table, engine] of Object.entries(engines)) {
    if (engine !== null) await create(table, engine);
    const name = database.table(table);
    const { target } = await database.clickhouse.tables.prepare(name, WISHES);
    levels.set(table, target.guarantee.level);
    const block = blockOf('topic', rowsFrom(0, 0, ROWS));
    await database.clickhouse.events.insert(name, block, sendOptions(table));
    expect([table, await countOf(table)]).toEqual([table, engine === 'Null' ? 0 : ROWS]);
  }
  await server.kill('SIGKILL');
  await server.restart();
  const after = new Map<string, number>();
  for (const table of levels.keys()) after.set(table, await countOf(table));
  expect([...after].map(([table, rows]) => [table, rows, levels.get(table)])).toEqual([
    ['plain', ROWS, 'at-least-once'],
    ['small_log', ROWS, 'at-least-once'],
    ['striped', ROWS, 'at-least-once'],
    ['log', ROWS, 'at-least-once'],
    ['buffer', 0, 'none'],
    ['memory', 0, 'none'],
    ['nothing', 0, 'none'],
  ]);
});

test('no profile makes the server acknowledge rows before it has them', async () => {
  const settings = ['async_insert', 'distributed_foreground_insert', 'insert_distributed_sync'];
  const columns = settings.map((name) => `${name} String DEFAULT toString(getSetting('${name}'))`);
  await database.sql(
    `CREATE TABLE ${database.name}.settings (${COLUMNS}, ${columns.join(', ')}) ENGINE = MergeTree ORDER BY event_id`,
  );
  const block = blockOf('topic', rowsFrom(0, 0, 1));
  await database.clickhouse.events.insert(database.table('settings'), block, sendOptions('T'));
  expect(
    await database.rows(`SELECT ${settings.join(', ')} FROM ${database.name}.settings`),
  ).toEqual([
    {
      async_insert: 'false',
      distributed_foreground_insert: 'true',
      insert_distributed_sync: 'true',
    },
  ]);
});
