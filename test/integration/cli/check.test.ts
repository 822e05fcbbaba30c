// Promise: `millrace check` and `millrace ddl` report what a start would find on the servers, with the code of the start:
// missing tables, drift with the ALTER that fixes it, the guarantee, a missing topic. They change nothing, and the statements
// that they print fix the problem. Checked on real servers, by running those statements.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTopic, query, uniqueName } from '../../support/stack.js';
import { openUserFolder, type UserFolder } from '../../support/run-millrace.js';
import { userEnvironment } from '../../support/user-environment.js';

const database = uniqueName('check').replaceAll('-', '_');
let folder: UserFolder;
let topic: string;

beforeAll(async () => {
  folder = openUserFolder();
  topic = await createTopic({ partitions: 3 });
  await query(`CREATE DATABASE ${database}`);
  folder.write('millrace.yaml', config(topic));
});
afterAll(async () => {
  folder.remove();
  await query(`DROP DATABASE ${database}`);
});

const config = (name: string) => `contracts:
  orders:
    columns:
      id: UInt64
      amount: Decimal(18, 2)
      at: DateTime
      note: Nullable(String)
    eventTime: at
    id: id
pipelines:
  orders: { contract: orders, topic: ${name}, groupId: g, table: orders }
`;

const run = (...given: readonly string[]) => folder.run(given, userEnvironment(database));

interface Printed {
  readonly ok: boolean;
  readonly problems: readonly { severity: string; place: string; text: string }[];
  readonly pipelines: readonly object[];
}

async function checked(): Promise<Printed & { readonly code: number }> {
  const ran = await run('check', '--json');
  return { ...(ran.json() as Printed), code: ran.code };
}

const tables = () =>
  query<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = '${database}' ORDER BY name`,
  );

async function runDdl(name = 'orders'): Promise<readonly string[]> {
  const { statements } = (await run('ddl', name, '--json')).json() as {
    readonly statements: readonly { readonly sql: string }[];
  };
  for (const { sql } of statements) await query(sql);
  return statements.map(({ sql }) => sql);
}

test('start creates missing tables, and so do the statements that ddl prints', async () => {
  const { out, code } = await run('check');
  expect(out)
    .toContain(`pipeline orders: topic ${topic} (3 partitions), contract orders, table ${database}.orders
  guarantee: exactly-once; the start creates ${database}.orders and ${database}.orders_dead_letters

No problems found.`);
  expect(code).toBe(0);
  expect(await tables()).toEqual([]);
  expect(await runDdl()).toHaveLength(2);
  expect(await tables()).toEqual([{ name: 'orders' }, { name: 'orders_dead_letters' }]);
  // Tables of older releases have other comments.
  await query(
    `ALTER TABLE ${database}.orders_dead_letters COMMENT COLUMN stage 'Where it was set aside'`,
  );
  expect(await checked()).toMatchObject({
    ...{ ok: true, problems: [], code: 0 },
    pipelines: [{ partitions: 3, guarantee: { level: 'exactly-once' }, willCreate: [] }],
  });
  const nothing = await run('ddl', 'orders');
  expect(nothing).toMatchObject({ code: 0, out: '\n' });
  expect(nothing.err).toContain('Nothing to do');
});

test('check reports drift with the ALTER that fixes it, and ddl prints that ALTER', async () => {
  await query(
    `ALTER TABLE ${database}.orders DROP COLUMN note, DROP COLUMN amount, DROP COLUMN _epoch`,
  );
  await query(
    `ALTER TABLE ${database}.orders MODIFY SETTING non_replicated_deduplication_window = 5`,
  );
  const { problems, code, ok, pipelines } = await checked();
  expect({ code, ok }).toEqual({ code: 1, ok: false });
  const missing = (column: string, type: string) =>
    `${database}.orders does not store ${column} (column ${column} is missing): ALTER TABLE ${database}.orders ADD COLUMN ${column} ${type}`;
  const place = 'pipeline orders';
  expect(problems).toEqual(
    expect.arrayContaining([
      { severity: 'error', place, text: missing('amount', 'Decimal(18, 2)') },
      { severity: 'warning', place, text: missing('note', 'Nullable(String)') },
    ]),
  );
  expect(problems.map(({ text }) => text).join('\n')).toMatch(
    /the guarantee is at-least-once: the rows of .* do not say which records they come from .*_epoch.*\n.*remembers only the last 5 parts/,
  );
  expect(pipelines).toMatchObject([{ guarantee: { level: 'at-least-once' } }]);
  expect(await runDdl()).toEqual([
    `ALTER TABLE ${database}.orders ADD COLUMN amount Decimal(18, 2), ADD COLUMN note Nullable(String), ADD COLUMN _epoch UInt32`,
    expect.stringMatching(
      /^ALTER TABLE .* MODIFY SETTING non_replicated_deduplication_window = \d+$/,
    ),
  ]);
  expect(await checked()).toMatchObject({ ok: true, problems: [] });
});

test('check reports an environment that forbids creating tables', async () => {
  await query(`DROP TABLE ${database}.orders`);
  const environment = { ...userEnvironment(database), MILLRACE_CREATE_TABLES: 'false' };
  const { out, code } = await folder.run(['check'], environment);
  expect(out).toContain(
    `error   pipeline orders: ${database}.orders must be created first, because MILLRACE_CREATE_TABLES is off: millrace ddl prints the statements`,
  );
  expect(code).toBe(1);
});

test('check reports a missing topic and a server that does not answer as one problem each', async () => {
  folder.write('millrace.yaml', config('no-such-topic'));
  try {
    const gone = { ...userEnvironment(database), CLICKHOUSE_PORT: '1' };
    const { out, code } = await folder.run(['check'], gone);
    expect(out).toContain('error   pipeline orders, Kafka: topic "no-such-topic" does not exist');
    expect(out).toMatch(
      /error {3}pipeline orders, ClickHouse: no answer from http:.*ECONNREFUSED\. Check CLICKHOUSE_HOST and CLICKHOUSE_PORT/,
    );
    expect(out).toContain('2 errors, 0 warnings.');
    expect(code).toBe(1);
  } finally {
    folder.write('millrace.yaml', config(topic));
  }
});

test('a new column holds the constant of the contract in earlier rows', async () => {
  const contract = (more: string) => `contracts:
  grown:
    columns: { id: UInt64${more} }
    table: { orderBy: [id] }
pipelines:
  grown: { contract: grown, topic: ${topic}, groupId: g, table: grown }
`;
  folder.write('millrace.yaml', contract(''));
  await runDdl('grown');
  await query(`INSERT INTO ${database}.grown (id) VALUES (1)`);
  const region = '{ type: LowCardinality(String), default: "it\'s \\\\ far" }';
  folder.write(
    'millrace.yaml',
    contract(
      `, region: ${region}, paid: { type: Bool, default: true }, at: { type: DateTime, default: "2026-01-31T12:00:00Z" }`,
    ),
  );
  expect((await runDdl('grown')).join()).toContain(
    'ADD COLUMN paid Bool DEFAULT true, ADD COLUMN at DateTime',
  );
  expect(await query(`SELECT region, paid FROM ${database}.grown`)).toEqual([
    { region: "it's \\ far", paid: true },
  ]);
});

const UNFIT: readonly (readonly [what: string, column: string, table: string, text: string])[] = [
  ['an open bracket', 'DateTime', '{ orderBy: [id], partitionBy: "toYYYYMM(at" }', 'SYNTAX_ERROR'],
  ['an unknown function', 'DateTime', '{ orderBy: [id], partitionBy: toYYYMM(at) }', 'toYYYMM'],
  ['an unknown column', 'DateTime', '{ orderBy: [id], partitionBy: toYYYYMM(atx) }', 'atx'],
  ['a Nullable key', 'Nullable(DateTime)', '{ orderBy: [at] }', 'nullable'],
  ['a wrong default', '{ type: DateTime, default: { sql: noow() } }', '{ orderBy: [id] }', 'noow'],
];

test.each(UNFIT)('check finds %s before the start', async (...given) => {
  const [, column, table, text] = given;
  folder.write(
    'millrace.yaml',
    `contracts:
  unfit:
    columns: { id: UInt64, at: ${column} }
    table: ${table}
pipelines:
  unfit: { contract: unfit, topic: ${topic}, groupId: g, table: unfit }
`,
  );
  const { problems, code } = await checked();
  expect(problems).toEqual([
    {
      severity: 'error',
      place: 'pipeline unfit',
      text: expect.stringMatching(
        `^${database}.unfit can't be created: ClickHouse error .*${text}`,
      ) as string,
    },
  ]);
  expect(code).toBe(1);
  expect(await tables()).not.toContainEqual({ name: 'unfit' });
});

test('a missing database is reported with the statement that creates it, and ddl prints it first', async () => {
  folder.write(
    'millrace.yaml',
    `pipelines:
  orders: { topic: ${topic}, groupId: g, table: ${database}_shop.orders }
`,
  );
  const { problems, pipelines } = await checked();
  expect(problems.map(({ text }) => text)).toEqual([
    `${database}_shop.orders and ${database}_shop.orders_dead_letters do not exist or can't be seen by this user, and there is no database ${database}_shop, or this user has no privileges in it. Run:
CREATE DATABASE IF NOT EXISTS ${database}_shop;`,
  ]);
  const willCreate = [`${database}_shop.orders`, `${database}_shop.orders_dead_letters`];
  expect(pipelines).toMatchObject([{ willCreate }]);
  const { out, err } = await run('ddl', 'orders');
  expect(out).toMatch(/^CREATE DATABASE IF NOT EXISTS \w+_shop;\n\nCREATE TABLE IF NOT EXISTS /);
  expect(err).toBe('');
  try {
    expect(await runDdl()).toHaveLength(3);
    expect(await checked()).toMatchObject({ ok: true });
    expect((await run('ddl', 'orders')).err).toContain('Nothing to do');
  } finally {
    await query(`DROP DATABASE IF EXISTS ${database}_shop`);
  }
});

test('check warns if Temporal does not answer or lacks the namespace', async () => {
  folder.write('millrace.yaml', config(topic));
  const warned = async (environment: Readonly<Record<string, string>>) => {
    const ran = await folder.run(['check'], { ...userEnvironment(database), ...environment });
    return ran.out.split('\n').filter((line) => line.startsWith('warning Temporal'));
  };
  expect(await warned({})).toEqual([]);
  expect(await warned({ TEMPORAL_NAMESPACE: 'nowhere' })).toEqual([
    'warning Temporal: there is no namespace nowhere: check TEMPORAL_NAMESPACE, or create the namespace',
  ]);
  expect(await warned({ TEMPORAL_ADDRESS: '127.0.0.1:1' })).toEqual([
    expect.stringMatching("^warning Temporal: Temporal at 127.0.0.1:1 can't be reached") as string,
  ]);
});

test('check compares contract table with the table that it is read from', async () => {
  await query(
    `CREATE TABLE ${database}.bare (id UInt64, at DateTime) ENGINE = MergeTree ORDER BY id`,
  );
  folder.write(
    'millrace.yaml',
    `pipelines:
  bare: { contract: table, topic: ${topic}, groupId: g, table: bare }
`,
  );
  const { out } = await run('check');
  expect(out).toMatch(
    /warning pipeline bare: the guarantee is at-least-once: the rows of .* do not say which records they come from/,
  );
  const { out: sql } = await run('ddl', 'bare');
  expect(sql).toContain(`CREATE TABLE IF NOT EXISTS ${database}.bare_dead_letters (`);
  expect(sql).toContain(`ALTER TABLE ${database}.bare ADD COLUMN _topic LowCardinality(String)`);
});
