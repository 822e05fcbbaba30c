// Promise: every command of the README, the operations guide and the other guides works as written. Checked by running each in
// the order of a new user, in a fresh checkout, and by asking the servers for the effect. A command that is neither run here nor
// excepted with a reason fails the last test.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { freePort } from '../../../dev/stack/free-port.js';
import type { PipelineStatus } from '../../../src/domain/pipeline/pipeline-status.js';
import { query, refuseOnExternal } from '../../support/stack.js';
import { waitUntil } from '../../support/wait-until.js';
import { documentedStatements, DOCUMENTS } from './documented-blocks.js';
import { createDocumentedCommands, type DocumentedCommands } from './documented-commands.js';
import { EXCEPTIONS } from './documented-exceptions.js';
import {
  keepForEver,
  oldEvents,
  produce,
  readmeOrders,
  writeReadmeConfig,
  YESTERDAY,
} from './documented-records.js';
import {
  createNewUser,
  exportedVariables,
  type NewUser,
  untilSaid,
  workflowResult,
} from './new-user.js';

const OLD_EVENTS = 8;
const BAD_RECORDS = 3;
const NEW_EVENTS = 10;
const FLOOD = 1_500;

const START =
  'temporal workflow start --type pipeline --task-queue millrace --workflow-id stream-events';
const PAUSE =
  'temporal workflow signal --workflow-id stream-events --name pause --input \'{"reason":"maintenance"}\'';
const STOP = 'temporal workflow signal --workflow-id stream-events --name stop';
const STATUS = 'temporal workflow query --workflow-id stream-events --name status';

let user: NewUser;
let documented: DocumentedCommands;
let run: DocumentedCommands['run'];
let servers: { readonly kafka: string; readonly clickHouse: string };
let addresses: Readonly<Record<'127.0.0.1:9464' | '127.0.0.1:9465', string>>;

beforeAll(async () => {
  user = await createNewUser();
  documented = createDocumentedCommands(user);
  ({ run } = documented);
});

afterAll(() => user.leave());

const sql = <Row>(statement: string) => query<Row>(statement, servers.clickHouse);

async function count(from: string): Promise<number> {
  const [row] = await sql<{ n: string }>(`SELECT toString(count()) AS n FROM ${from}`);
  return Number(row?.n);
}

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  await waitUntil(() => condition().catch(() => false), { what });
}

async function status(): Promise<PipelineStatus> {
  const { text } = await user.run(`${STATUS} --output json`);
  return (JSON.parse(text) as { queryResult: [PipelineStatus] }).queryResult[0];
}

const resultOf = (workflowId: string) => workflowResult(user, workflowId);

test('everything that needs Docker is in the compose file', () => {
  const { services } = parse(readFileSync('docker-compose.yml', 'utf8')) as { services: object };
  expect(Object.keys(services)).toEqual(expect.arrayContaining(['temporal', 'produce', 'worker']));
});

test('the demo moves what it produces, and says so', async () => {
  refuseOnExternal('start servers');
  const { code, text } = await user.run('npm run demo -- --exit --events 2000 --json');
  expect(code, text).toBe(0);
  expect(text).toMatch(/"produced":2000.*"rows":2000.*"lost":0.*"doubled":0/);
});

test('the steps start servers and a worker, produce ten events and start a pipeline', async () => {
  const stack = documented.runInTerminal('npm run stack');
  await untilSaid(stack, /Ctrl-C stops everything/);
  const variables = exportedVariables(stack.text());
  const host = `${variables['CLICKHOUSE_HOST']}:${variables['CLICKHOUSE_PORT']}`;
  servers = { kafka: variables['KAFKA_BOOTSTRAP_SERVERS']!, clickHouse: `http://${host}` };
  addresses = {
    '127.0.0.1:9464': `127.0.0.1:${await freePort()}`,
    '127.0.0.1:9465': `127.0.0.1:${await freePort()}`,
  };
  user.exports({
    ...variables,
    BATCH_INTERVAL_SECONDS: '0.5',
    MILLRACE_METRICS_ADDRESS: addresses['127.0.0.1:9464'],
    MILLRACE_HEALTH_ADDRESS: addresses['127.0.0.1:9465'],
  });

  await keepForEver(servers.kafka, 'stream-events');
  await produce(servers.kafka, 'stream-events', {
    values: [...oldEvents(OLD_EVENTS), ...Array<string>(BAD_RECORDS).fill('not JSON')],
    timestamp: YESTERDAY,
  });
  writeReadmeConfig(user.folder);
  const worker = documented.runInTerminal('npm start');
  await untilSaid(worker, /Worker started/);
  expect(await run('npm run produce')).toContain(`${NEW_EVENTS} records are in stream-events`);
  await run(START);
  await until(
    'every event is a row',
    async () => (await count('stream_events')) === OLD_EVENTS + NEW_EVENTS,
  );
  await until(
    'what is none is set aside',
    async () => (await count('stream_events_dead_letters')) === BAD_RECORDS,
  );
  expect(await run(STATUS)).toContain('exactly-once');
});

test('the commands show health and metrics of the worker', async () => {
  expect(await run('curl --fail http://127.0.0.1:9465/live', addresses)).toContain('ok');
  expect(await run('curl --fail http://127.0.0.1:9465/ready', addresses)).toContain('ok');
  const metrics = await run('curl --silent http://127.0.0.1:9464/metrics', addresses);
  expect(metrics).toMatch(/^millrace_rows_total\{pipeline="stream-events"\} 18$/m);
});

test('the commands list pipelines, the details page and pending activities', async () => {
  const list = 'temporal workflow list --query';
  expect(await run(`${list} 'WorkflowType="pipeline"'`)).toContain('stream-events');
  expect(await run('temporal workflow metadata --workflow-id stream-events')).toContain(
    'exactly-once',
  );
  expect(await run('temporal workflow describe --workflow-id stream-events')).toContain(
    'awaitRecords',
  );
  expect(
    await run(
      `temporal workflow list --query 'WorkflowType="pipeline" AND ExecutionStatus="Running"'`,
    ),
  ).toContain('stream-events');
  expect(
    await run(
      `temporal workflow list --query 'WorkflowType="pipeline" AND ExecutionStatus="Running"' --output json`,
    ),
  ).toContain('"millrace"');
  await run(
    `temporal workflow list --query 'WorkflowType="pipeline" AND ExecutionStatus="Failed" AND CloseTime > "2026-11-24T00:00:00Z"'`,
  );
  expect(
    await run(
      `temporal workflow count --query 'WorkflowType="pipeline" AND ExecutionStatus="Running" AND TaskQueue="millrace"'`,
    ),
  ).toContain('1');
});

test('pause stops planning, and resume continues it', async () => {
  await run(PAUSE);
  await until('it is paused', async () => (await status()).state === 'paused');
  expect((await status()).detail).toContain('maintenance');
  await run('temporal workflow signal --workflow-id stream-events --name resume');
  await until('it runs', async () => (await status()).state === 'running');
  expect(await run('temporal workflow query --workflow-id stream-events --name batches')).toContain(
    'ranges',
  );
});

test('a hold that is retried is held again, and can then be accepted', async () => {
  const flood = { values: Array<string>(FLOOD).fill('{}'), timestamp: Date.now() };
  await produce(servers.kafka, 'stream-events', flood);
  const held = async () => (await status()).holds.length === 1;
  await until('the partition is held', held);
  const [first] = (await status()).holds;
  expect(first?.reason).toBe('TooManyRejections');
  await run(
    `temporal workflow update execute --workflow-id stream-events --name resolveHold --input '{"partition":"all","action":"retry"}'`,
  );
  await until('it is held anew', async () => {
    const [again] = (await status()).holds;
    return again !== undefined && again.since !== first?.since;
  });
  await run(
    `temporal workflow update execute --workflow-id stream-events --name resolveHold --input '{"partition":0,"action":"continue"}'`,
  );
  await until(
    'its records are set aside',
    async () => (await count('stream_events_dead_letters FINAL')) === BAD_RECORDS + FLOOD,
  );
});

test('verify names what is lost, and a backfill of that day restores it', async () => {
  await sql(
    `ALTER TABLE stream_events DELETE WHERE startsWith(event_id, 'old-') AND _offset < 5 SETTINGS mutations_sync = 1`,
  );
  expect(
    await run(
      'temporal workflow execute --type verify --task-queue millrace --workflow-id verify-1',
    ),
  ).toContain('lostRanges');
  expect(await resultOf('verify-1')).toMatchObject({
    verdict: 'lost',
    lost: 5,
    lostRanges: { first: [{ partition: 0, first: '0', end: '5' }] },
  });

  await run(
    `temporal workflow start --type pipeline --task-queue millrace --workflow-id backfill-1 --input '{"groupId":"backfill-1","from":{"timestamp":"2026-11-23T00:00:00Z"},"until":{"timestamp":"2026-11-24T00:00:00Z"}}'`,
  );
  await run('temporal workflow result --workflow-id backfill-1');
  expect(await resultOf('backfill-1')).toMatchObject({
    endedBy: 'until',
    deadLetters: BAD_RECORDS,
  });
  expect(await count('stream_events')).toBe(OLD_EVENTS + NEW_EVENTS);
  await user.run(
    'temporal workflow start --type verify --task-queue millrace --workflow-id verify-2',
  );
  expect(await resultOf('verify-2')).toMatchObject({ verdict: 'complete', lost: 0, doubled: 0 });
  await run(
    `temporal workflow execute --type verify --task-queue millrace --workflow-id verify-content-1 --input '{"compare":"content"}'`,
  );
  expect(await resultOf('verify-content-1')).toMatchObject({ verdict: 'complete' });
});

test('redrive says what it would do, does it, and drops the rest', async () => {
  await run(
    'temporal workflow execute --type redrive --task-queue millrace --workflow-id redrive-1',
  );
  const rejected = BAD_RECORDS + FLOOD;
  expect(await resultOf('redrive-1')).toMatchObject({ dryRun: true, chosen: rejected, rejected });
  await run(
    `temporal workflow execute --type redrive --task-queue millrace --workflow-id redrive-1 --input '{"dryRun":false}'`,
  );
  expect(await resultOf('redrive-1')).toMatchObject({ dryRun: false, redriven: 0, rejected });
  await run(
    `temporal workflow execute --type redrive --task-queue millrace --workflow-id drop-1 --input '{"action":"drop","dryRun":false,"reasons":["invalid_json"]}'`,
  );
  expect(await resultOf('drop-1')).toMatchObject({ dropped: BAD_RECORDS });
  expect(await count(`stream_events_dead_letters FINAL WHERE status = 'open'`)).toBe(FLOOD);
  expect(
    await run(`temporal workflow list --query 'WorkflowType IN ("verify","redrive")'`),
  ).toContain('drop-1');
});

test('the SQL queries run', async () => {
  // Commands for the move from Spark run with its checkpoints, in test/spark.
  const pages = DOCUMENTS.filter((page) => page !== 'docs/guides/from-spark.md');
  const statements = documentedStatements(pages);
  const questions = statements.filter((statement) => statement.startsWith('SELECT'));
  expect(questions.length).toBeGreaterThan(1);
  for (const statement of questions) expect(await sql(statement), statement).not.toEqual([]);
  // Permissions need a server with users. The one here has only its own.
  const others = statements.filter((statement) => !questions.includes(statement));
  expect(others.filter((statement) => !statement.startsWith('GRANT '))).toEqual([]);
});

test("the contract of the README moves a user's own events into a table", async () => {
  await sql('CREATE DATABASE shop');
  // Creates the topic, with events that the contract filters.
  const produced = await user.run('npm run produce -- --topic orders --events 20');
  expect(produced.code, produced.text).toBe(0);
  const orders = readmeOrders();
  await produce(servers.kafka, 'orders', { values: orders, timestamp: YESTERDAY });
  // A checkout runs by npm what a project has in its node_modules.
  const checkout = { 'npx millrace': 'npm run --silent millrace --' };
  expect(await run('npx millrace check', checkout)).toContain('orders');
  await run('npx millrace start orders', checkout);
  await until('the orders are rows', async () => (await count('shop.orders')) === orders.length);
  expect(await run('npx millrace status orders', checkout)).toContain('exactly-once');
  await run(
    `temporal workflow start --type pipeline --task-queue millrace --workflow-id orders-2 --id-conflict-policy Fail --task-timeout 5s --input '{"contract":"orders","topic":"orders","groupId":"millrace-orders-2","table":"shop.orders_2"}'`,
  );
  await until('also in the second table', async () => (await count('shop.orders_2')) === 2);
});

test('configure changes the settings of a running pipeline', async () => {
  await run(
    `temporal workflow update execute --workflow-id stream-events --name configure --input '{"lanes":4,"batch":{"intervalSeconds":5}}'`,
  );
  await until('it has four lanes and waits for five seconds', async () => {
    const { settings } = await status();
    return settings?.lanes === 4 && settings.batch.intervalSeconds === 5;
  });
});

test('a stopped pipeline completes with totals and continues at the same offset after a start', async () => {
  await run(
    `temporal workflow signal --workflow-id stream-events --name stop --input '{"reason":"moving to another cluster"}'`,
  );
  expect(await run('temporal workflow result --workflow-id stream-events')).toContain('endedBy');
  expect(await resultOf('stream-events')).toMatchObject({
    endedBy: 'stop',
    rows: OLD_EVENTS + NEW_EVENTS,
  });
  await user.run('npm run produce');
  await run(START);
  await until(
    'the new ones are rows',
    async () => (await count('stream_events')) === OLD_EVENTS + 2 * NEW_EVENTS,
  );
  await run(STOP);
  expect(await resultOf('stream-events')).toMatchObject({ endedBy: 'stop', rows: NEW_EVENTS });
  await run(
    `temporal workflow start --type pipeline --task-queue millrace --workflow-id stream-events --id-conflict-policy Fail --task-timeout 5s --input '{"from":{"timestamp":"2026-11-23T00:00:00Z"},"replay":true}'`,
  );
  const said = `reads up to ${(OLD_EVENTS + BAD_RECORDS + 2 * NEW_EVENTS + FLOOD).toLocaleString('en-US')} records again`;
  await until('it says so', async () => (await status()).warnings.join().includes(said));
});

test('the commands continue from the checkpoint of a PySpark job', async () => {
  const checkpoint = 'test/fixtures/spark-checkpoints/stopped/checkpoint';
  const text = await run('npm run from-spark -- CHECKPOINT_DIR', { CHECKPOINT_DIR: checkpoint });
  expect(text).toContain('"from":{"offsets":{"0":"');
});

test('every command of the page was run or is excepted', () => {
  expect(documented.left().filter((command) => !(command in EXCEPTIONS))).toEqual([]);
  expect(Object.keys(EXCEPTIONS).filter((command) => !documented.left().includes(command))).toEqual(
    [],
  );
});
