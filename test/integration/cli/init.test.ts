// Promise: in an empty folder, `millrace init --from-topic` writes a config that passes `check` and moves the records of the
// topic without loss, and `--from-table` writes one for an existing table. `millrace sample` shows what a contract makes of the
// records. None of them joins a group or commits, and no file is overwritten. Checked on real servers, with a worker as users
// run it.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { loadConfigFile } from '../../../src/config/config-file.js';
import { createTopic, kafkajsClient } from '../../support/kafka-topic.js';
import { verified } from '../../support/one-shot-workflows.js';
import { openWorld, type PipelineWorld } from '../../support/pipeline-world.js';
import { openUserFolder, type UserFolder } from '../../support/run-millrace.js';
import { uniqueName } from '../../support/stack.js';
import { userEnvironment } from '../../support/user-environment.js';

const ORDERS = 1_500;

let world: PipelineWorld;
let topic: string;
let folder: UserFolder;

beforeAll(async () => {
  world = await openWorld();
  topic = await createTopic(world.addresses.kafka, { partitions: 3 });
  await send(
    topic,
    Array.from({ length: ORDERS }, (_, index) => JSON.stringify(order(index))),
  );
});
afterAll(() => world.close());
beforeEach(() => {
  folder = openUserFolder();
});
afterEach(() => {
  folder.remove();
});

/** An event of a shop: nested, with missing fields, and with every kind of JSON value. */
function order(index: number) {
  return {
    order_id: `6f2d1c1e-4b7a-4c50-9d7e-${String(index).padStart(12, '0')}`,
    number: 9_000_000_000 + index,
    createdAt: new Date(Date.UTC(2026, 0, 31, 12) + index * 1_000).toISOString(),
    status: ['new', 'paid', 'sent'][index % 3],
    customer: { id: index % 97, name: `c${index}`, ...(index % 2 === 0 && { city: 'Hà Nội' }) },
    amount: index + 0.25,
    gift: index % 5 === 0,
    note: index % 4 === 0 ? null : `n${index}`,
    items: [{ sku: `s${index}`, qty: (index % 9) + 1 }],
    ...(index % 3 === 0 && { coupons: ['A', 'B'] }),
    labels: { [`k${index % 60}`]: 'v' },
    extra: index % 2 === 0 ? index : `text ${index}`,
  };
}

async function send(to: string, values: readonly string[]): Promise<void> {
  const producer = kafkajsClient(world.addresses.kafka).producer();
  await producer.connect();
  await producer.send({ topic: to, acks: -1, messages: values.map((value) => ({ value })) });
  await producer.disconnect();
}

const run = (...given: readonly string[]) => folder.run(given, userEnvironment(world.database));

/** Runs the test that init has written, as the user does. The sources of Millrace need a loader. */
function nodeTest(): Promise<string> {
  const loader = import.meta.resolve('tsx');
  return new Promise((resolve) => {
    const given = ['--import', loader, '--test', 'millrace.test.mjs'];
    execFile(process.execPath, given, { cwd: folder.path }, (_, stdout, stderr) => {
      resolve(stdout + stderr);
    });
  });
}

test.each([
  ['TypeScript', [], 'millrace.config.ts'],
  ['YAML', ['--yaml'], 'millrace.yaml'],
])('init writes a config from a topic in %s that moves its records', async (_, more, file) => {
  const name = uniqueName('shop').replaceAll('-', '_');
  const made = await run('init', '--from-topic', topic, '--name', name, ...more);
  expect(made).toMatchObject({ code: 0, err: '' });
  expect(made.out).toContain(`Wrote ${file}, .env.example, docker-compose.yml, millrace.test.mjs.`);
  const checked = await run('check');
  expect(checked.out).toContain(`contract ${name}, table ${world.database}.${name}`);
  expect(checked.out).toContain('guarantee: exactly-once');
  expect(checked.out).toContain('No problems found.');
  expect(await nodeTest()).toMatch(/^# pass 2$[^]*^# fail 0$/m);

  const worker = await world.startWorker({ MILLRACE_CONFIG: join(folder.path, file) });
  const { pipelines } = await loadConfigFile(null, folder.path);
  const input = { ...pipelines[name], until: 'now' as const };
  const pipeline = await world.startPipeline(input, `${name}-run`);
  expect(await pipeline.result()).toMatchObject({ rows: ORDERS, deadLetters: 0, filtered: 0 });
  const report = await verified(world, { contract: name, topic, table: name });
  expect(report).toMatchObject({ verdict: 'complete', lost: 0 });
  const [row] = await world.sql<Record<string, unknown>>(
    `SELECT toString(order_id) AS id, toString(t.number) AS number, toString(createdAt) AS at, status, customer_city, items.qty AS qty, coupons, gift, extra, toTypeName(status) AS type FROM ${world.database}.${name} AS t WHERE t.number = 9000000006`,
  );
  expect(row).toEqual({
    ...{ id: '6f2d1c1e-4b7a-4c50-9d7e-000000000006', number: '9000000006', qty: [7] },
    ...{ at: '2026-01-31 12:00:06.000', status: 'new', type: 'LowCardinality(String)' },
    ...{ customer_city: 'Hà Nội', coupons: ['A', 'B'], gift: false, extra: '6' },
  });
  await worker.stop();
});

test('sample shows rows, dead letters by reason and fields without a column, and commits nothing', async () => {
  const other = await createTopic(world.addresses.kafka, { partitions: 2 });
  const bad = ['no JSON', '{"order_id":"x"}', '{"order_id":"y"}'];
  await send(other, [...bad, ...Array.from({ length: 20 }, (_, i) => JSON.stringify(order(i)))]);
  folder.write(
    'millrace.yaml',
    `contracts:
  orders:
    columns: { order_id: UUID, number: UInt64, customer: { type: JSON } }
    when: { path: status, in: [new, paid] }
pipelines:
  orders: { contract: orders, topic: ${other}, groupId: ${other}, table: orders }
`,
  );
  const sampled = await run('sample', '--pipeline', 'orders', '--json');
  expect(sampled.code).toBe(0);
  expect(sampled.json()).toMatchObject({
    ...{ topic: other, partitions: 2, records: 23, contract: 'orders' },
    ...{ rows: 14, deadLetters: 1, filtered: 8 },
    firstRows: [{ number: expect.stringMatching(/^90000000\d\d$/) as string }, {}, {}],
    deadLettersByReason: [{ reason: 'invalid_json', count: 1 }],
  });
  const { unseen } = sampled.json() as { unseen: readonly { path: string; events: number }[] };
  expect(unseen).toContainEqual({ path: 'amount', events: 20 });
  expect(unseen.map(({ path }) => path)).not.toContain('customer.name');
  const text = (await run('sample', '--topic', other, '--contract', 'orders', '--records', '23'))
    .out;
  expect(text).toContain('contract orders: 14 rows, 1 dead letter, 8 filtered');
  expect(text).toContain('1 invalid_json: the value is not JSON (the first at partition ');
  const suggested = await run('sample', '--topic', other);
  expect(suggested.out).toMatch(/order_id\s+String \(strings, 22 different in 22\)/);

  const admin = kafkajsClient(world.addresses.kafka).admin();
  await admin.connect();
  const { groups } = await admin.listGroups();
  const offsets = await admin.fetchOffsets({ groupId: other, topics: [other] });
  await admin.disconnect();
  expect(groups.map(({ groupId }) => groupId)).not.toContain(other);
  expect(offsets[0]?.partitions.every(({ offset }) => offset === '-1')).toBe(true);
});

test('init writes contract table or the columns from a table', async () => {
  const table = uniqueName('orders').replaceAll('-', '_');
  await world.sql(
    `CREATE TABLE ${world.database}.${table} (order_id UUID, number UInt64, status LowCardinality(String), at DateTime DEFAULT now()) ENGINE = MergeTree ORDER BY number`,
  );
  const made = await run('init', '--from-table', table, '--topic', topic);
  expect(made).toMatchObject({ code: 0, err: '' });
  const { pipelines } = await loadConfigFile(null, folder.path);
  expect(pipelines[table]).toEqual({
    ...{ contract: 'table', topic, groupId: `millrace-${table}` },
    table: `${world.database}.${table}`,
  });
  const { out, code } = await run('check');
  expect(out).toContain(`contract table, table ${world.database}.${table}`);
  expect(code).toBe(0);
  const seen = await run('sample', '--pipeline', table, '--records', '30');
  expect(seen.out).toContain('contract table: 30 rows, 0 dead letters, 0 filtered');

  const other = openUserFolder();
  const given = ['init', '--from-table', table, '--columns', '--yaml'];
  const environment = userEnvironment(world.database);
  expect(await other.run(given, environment)).toMatchObject({ code: 0 });
  const { contracts } = await loadConfigFile(null, other.path);
  expect(contracts[0]?.spec.columns.map(({ name, type }) => [name, type])).toEqual([
    ...[
      ['order_id', 'UUID'],
      ['number', 'UInt64'],
      ['status', 'LowCardinality(String)'],
    ],
    ['at', 'DateTime'],
  ]);
  other.remove();
});

test('the next steps name what is missing: .env and the database of the table', async () => {
  const made = await run('init', '--from-topic', topic, '--name', 'shop', '--table', 'nowhere.t');
  expect(made.out).toMatch(
    /Next:\n {2}cp .env.example .env .*\n {2}npx millrace ddl shop\n +prints CREATE DATABASE nowhere, which is missing: run it in ClickHouse\n {2}npx millrace check/,
  );
  const example = readFileSync(join(folder.path, '.env.example'), 'utf8');
  expect(example).toContain('KAFKA_BOOTSTRAP_SERVERS=localhost:9092\nKAFKA_SECURITY');
  expect(example).toContain('\nCLICKHOUSE_HOST=localhost\nCLICKHOUSE_PORT=8123\n');
  expect(example).not.toContain(world.database);

  const other = openUserFolder();
  other.write('.env', '');
  const given = ['init', '--from-topic', topic, '--yaml'];
  const { out } = await other.run(given, userEnvironment(world.database));
  expect(out).toContain('Next:\n  npx millrace check');
  other.remove();
});

test('init overwrites no file and refuses a second config', async () => {
  folder.write('.env.example', 'MINE=1\n');
  const made = await run('init');
  expect(made.code).toBe(0);
  expect(made.err).toContain('.env.example already exists and was not changed.');
  expect(readFileSync(join(folder.path, '.env.example'), 'utf8')).toBe('MINE=1\n');
  expect(existsSync(join(folder.path, 'millrace.config.ts'))).toBe(true);
  expect((await run('check', '--offline')).out).toContain('No problems found.');
  const again = await run('init', '--yaml');
  expect(again.code).toBe(1);
  expect(again.err).toContain('this folder already has millrace.config.ts');
  expect(existsSync(join(folder.path, 'millrace.yaml'))).toBe(false);
});

test.each([
  ['a missing topic', ['init', '--from-topic', 'no-such-topic'], 'does not exist'],
  ['a missing table', ['init', '--from-table', 'no_such_table'], 'does not exist'],
])('init refuses %s and writes nothing', async (_, given, why) => {
  const made = await run(...given);
  expect(made.code).toBe(1);
  expect(made.err).toContain(why);
  expect(made.err).not.toContain('    at ');
  expect(existsSync(join(folder.path, 'millrace.config.ts'))).toBe(false);
});
