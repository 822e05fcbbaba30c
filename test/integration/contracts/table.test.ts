// Promise: contract `table` moves JSON objects into an existing table by its column names. Every order is the row that SQL
// shows, every wrong value is a dead letter with its reason and path, verify finds the table complete, and a redrive after a fix
// inserts the records. A pipeline of stream_events runs in the same worker, and the worker is killed. Checked on real servers.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTopic, sendInTurn, uniqueName } from '../../support/kafka-topic.js';
import { redriven, verified } from '../../support/one-shot-workflows.js';
import { openWorld, type PipelineWorld } from '../../support/pipeline-world.js';
import { waitUntil } from '../../support/wait-until.js';
import type { WorkerProcess } from '../../support/worker-process.js';
import { createOrders, ORDER_ROW, orderId, orderRow, orderText } from './orders.js';

const ORDERS = 4_000;
const PARTITIONS = 2;

/** Text of the value, and its result: stage, reason and path. */
const WRONG: readonly (readonly [value: string, verdict: string])[] = [
  [orderText(0, { amount: '12.345' }), 'validate too_precise amount'],
  [
    orderText(0, { items: '[{"sku": "a", "qty": 1}, {"sku": "b", "qty": 300}]' }),
    'validate out_of_range items[1].qty',
  ],
  [orderText(0, { id: '1.5' }), 'validate not_whole id'],
  [orderText(0, { id: '9223372036854775808' }), 'validate out_of_range id'],
  [orderText(0, { order_uuid: '"secret-value"' }), 'validate bad_uuid order_uuid'],
  [orderText(0, { status: '"lost"' }), 'validate unknown_name status'],
  [orderText(0, { created: '"2026-02-30T00:00:00Z"' }), 'validate bad_timestamp created'],
  [
    orderText(0, { shop: '{"name": "n", "address": {}}' }),
    'validate missing_field shop.address.city',
  ],
  [orderText(0, { tags: '["a", null]' }), 'validate null_value tags[1]'],
  [orderText(0, { note: '7' }), 'validate wrong_type note'],
  ['{"id": ', 'decode invalid_json '],
];

let world: PipelineWorld;
let worker: WorkerProcess;
let topic: string;
let table: string;

beforeAll(async () => {
  world = await openWorld();
  topic = await createTopic(world.addresses.kafka, { partitions: PARTITIONS });
  table = `${world.database}.orders`;
  await world.sql(createOrders(table));
  await send(Array.from({ length: ORDERS }, (_, index) => orderText(index)));
  worker = await world.startWorker();
});

afterAll(() => world.close());

const send = (values: readonly string[]) =>
  sendInTurn(world.addresses.kafka, topic, { partitions: PARTITIONS, values });

const ofTable = () => ({ contract: 'table', topic, table, groupId: topic });

async function countOf(what: string): Promise<number> {
  const [row] = await world.sql<{ n: string }>(`SELECT toString(count()) AS n FROM ${what}`);
  return Number(row?.n);
}

test('orders and stream_events are moved side by side, once each, though their worker is killed', async () => {
  const orders = await world.startPipeline(
    { ...ofTable(), batch: { maxRows: 200, intervalSeconds: 0.2 }, guarantee: 'exactly-once' },
    `${world.workflowId}-orders`,
  );
  const events = await world.startPipeline({ batch: { maxRows: 2_000 } });
  await world.produce(20_000);
  await waitUntil(async () => (await countOf(table)) > 0, { what: 'the first orders are rows' });
  worker.kill('SIGKILL');
  await worker.ended();
  worker = await world.startWorker();
  await waitUntil(async () => (await countOf(table)) >= ORDERS, { what: 'all orders are rows' });
  await events.caughtUp();

  const rows = await world.sql<Record<string, string>>(
    `SELECT ${ORDER_ROW} FROM ${table} ORDER BY ${table}.id`,
  );
  expect(rows).toHaveLength(ORDERS);
  expect(rows).toEqual(Array.from({ length: ORDERS }, (_, index) => orderRow(index)));
  expect(await world.ledger()).toMatchObject({ rows: 20_000, missing: 0, doubled: 0, wrong: 0 });
  const { settings, guarantee, warnings } = await orders.status();
  expect(settings?.contract).toBe('table');
  expect(guarantee).toEqual({ level: 'exactly-once' });
  expect(warnings.filter((text) => text.startsWith(table))).toEqual([]);
  await orders.signal('stop');
  await orders.result();
});

test('values that a column cannot hold become dead letters with reason and path, without the value', async () => {
  await send(WRONG.map(([value]) => value));
  const orders = await world.startPipeline(
    { ...ofTable(), until: 'now' },
    uniqueName('orders-wrong'),
  );
  expect(await orders.result()).toMatchObject({ rows: 0, deadLetters: WRONG.length });
  const letters = await world.sql<{ verdict: string; error: string }>(
    `SELECT concat(stage, ' ', reason, ' ', path) AS verdict, error FROM ${table}_dead_letters FINAL ORDER BY verdict`,
  );
  expect(letters.map(({ verdict }) => verdict)).toEqual(
    WRONG.map(([, verdict]) => verdict).toSorted(),
  );
  expect(JSON.stringify(letters)).not.toContain('secret-value');
  expect(await countOf(table)).toBe(ORDERS);
});

test('verify finds every record under the same contract', async () => {
  const report = await verified(world, ofTable());
  expect(report).toMatchObject({
    verdict: 'complete',
    rows: ORDERS,
    deadLetters: WRONG.length,
    lost: 0,
    doubled: 0,
  });
});

test('a redrive inserts what the table can hold after a change', async () => {
  await world.sql(
    `ALTER TABLE ${table} MODIFY COLUMN items Array(Tuple(sku String, qty UInt16)), MODIFY COLUMN amount Decimal(18, 3)`,
  );
  const report = await redriven(world, {
    ...{ contract: 'table', topic, table, dryRun: false },
    reasons: ['out_of_range', 'too_precise'],
  });
  expect(report).toMatchObject({
    state: 'completed',
    chosen: 3,
    redrivenByReason: { out_of_range: 1, too_precise: 1 },
    rejectedByReason: { out_of_range: 1 },
  });
  const rows = await world.sql<{ amount: string; qty: string }>(
    `SELECT toString(amount) AS amount, toString(items.qty) AS qty FROM ${table} WHERE id = ${orderId(0)} ORDER BY ALL`,
  );
  expect(rows).toEqual([
    { amount: '0.11', qty: '[0]' },
    { amount: '0.11', qty: '[1,300]' },
    { amount: '12.345', qty: '[0]' },
  ]);
  expect(await verified(world, ofTable())).toMatchObject({ verdict: 'complete', lost: 0 });
});
