// Promise: a contract that a user declares in a config file moves their events into a table that is created for it, with keys,
// headers, defaults and a transform. Verify does not miss filtered records, a redrive under the next version inserts rejected
// ones, and a running pipeline continues with that version. Checked on real servers, with a worker as users run it.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTopic, kafkajsClient } from '../../support/kafka-topic.js';
import { redriven, verified } from '../../support/one-shot-workflows.js';
import { openWorld, type Pipeline, type PipelineWorld } from '../../support/pipeline-world.js';
import { waitUntil } from '../../support/wait-until.js';
import type { WorkerProcess } from '../../support/worker-process.js';

const CONFIG = fileURLToPath(new URL('./declared.config.ts', import.meta.url));
const CREATED_MS = Date.UTC(2026, 10, 28, 12, 0, 0, 250);
const SENT_MS = CREATED_MS + 500;

let world: PipelineWorld;
let worker: WorkerProcess;
let pipeline: Pipeline;
let topic: string;
let table: string;

beforeAll(async () => {
  world = await openWorld({ environment: { MILLRACE_CONFIG: CONFIG } });
  topic = await createTopic(world.addresses.kafka, { partitions: 1 });
  table = `${world.database}.orders`;
  worker = await world.startWorker();
});

afterAll(() => world.close());

const ofTable = () => ({ contract: 'shop_orders', topic, table });

interface Order {
  readonly id: number;
  readonly changes?: Readonly<Record<string, unknown>>;
  readonly key?: string;
  readonly trace?: string;
}

function message({ id, changes, key, trace }: Order) {
  const event = {
    type: 'order.created',
    id,
    customer: { name: `c${id % 3}`, city: 'Hà Nội' },
    amount: 12.34,
    createdAt: CREATED_MS + id,
    items: [{ sku: `s${id}`, qty: 2 }],
    ...changes,
  };
  return {
    value: JSON.stringify(event),
    timestamp: String(SENT_MS + id),
    ...(key !== undefined && { key }),
    ...(trace !== undefined && { headers: { traceparent: trace } }),
  };
}

async function send(messages: readonly { readonly value: string | null; readonly key?: string }[]) {
  const producer = kafkajsClient(world.addresses.kafka).producer();
  await producer.connect();
  await producer.send({ topic, messages: [...messages], acks: -1 });
  await producer.disconnect();
}

const untilRows = (count: number) => {
  // The table is created when the pipeline starts.
  const isThere = async () => (await rows('order_id').catch(() => [])).length === count;
  return waitUntil(isThere, { what: `${count} rows` });
};

function rows(columns: string) {
  return world.sql<Record<string, string>>(
    `SELECT ${columns} FROM ${table} ORDER BY ${table}.order_id SETTINGS output_format_json_quote_64bit_integers = 1`,
  );
}

const ROW =
  'order_id, customer, toString(amount) AS amount, toString(created) AS created, note, channel, toString(priority) AS priority, ' +
  'toString(items.sku) AS skus, toString(items.qty) AS quantities, key, trace, toString(sent_at) AS sent_at, ' +
  'toString(item_count) AS item_count, loaded_at > now() - 3600 AS is_loaded';

test('events become rows of a table that is created for them', async () => {
  const letters = (id: number, changes: Readonly<Record<string, unknown>>) =>
    message({ id, changes, key: `key ${id}`, trace: `trace ${id}` });
  await send([
    message({ id: 1 }),
    message({
      id: 2,
      key: 'k',
      trace: 't',
      changes: { note: 'a "note"', channel: 'app', priority: 1, items: [] },
    }),
    message({ id: 3, changes: { type: 'order.seen' } }),
    message({ id: 4, changes: { amount: 0 } }),
    { value: null, key: 'tombstone' },
    letters(5, { items: [{ sku: 'many', qty: 300 }] }),
    letters(6, { note: 'never mind' }),
    letters(7, { customer: {} }),
  ]);
  pipeline = await world.startPipeline(
    { ...ofTable(), groupId: topic, batch: { intervalSeconds: 0.2 }, guarantee: 'exactly-once' },
    `${world.workflowId}-orders`,
  );
  await untilRows(2);
  expect(await rows(ROW)).toEqual([
    {
      ...{ order_id: '1', customer: 'c1', amount: '12.34', created: '2026-11-28 12:00:00.251' },
      ...{ note: null, channel: 'web', priority: '7', skus: "['s1']", quantities: '[2]' },
      ...{ key: null, trace: '', sent_at: '2026-11-28 12:00:00.751', item_count: '1' },
      is_loaded: 1,
    },
    {
      ...{ order_id: '2', customer: 'c2', amount: '12.34', created: '2026-11-28 12:00:00.252' },
      ...{ note: 'a "note"', channel: 'app', priority: '1', skus: '[]', quantities: '[]' },
      ...{ key: 'k', trace: 't', sent_at: '2026-11-28 12:00:00.752', item_count: '0' },
      is_loaded: 1,
    },
  ]);
  // Rows exist before the batch that inserted them is reported.
  await waitUntil(async () => (await pipeline.status()).totals.rows === 2, { what: 'a batch' });
  const { guarantee, totals, settings } = await pipeline.status();
  expect(settings?.contract).toBe('shop_orders');
  expect(guarantee).toEqual({ level: 'exactly-once' });
  expect(totals).toMatchObject({ rows: 2, deadLetters: 3, filtered: 3 });
  const found = await world.sql<{ verdict: string }>(
    `SELECT concat(stage, ' ', reason, ' ', path, ' ', contract) AS verdict FROM ${table}_dead_letters FINAL ORDER BY _offset`,
  );
  expect(found.map(({ verdict }) => verdict)).toEqual([
    'validate out_of_range items[0].qty shop_orders',
    'transform rejected_by_transform  shop_orders',
    'validate missing_field customer.name shop_orders',
  ]);
  const [made] = await world.sql<{ statement: string }>(
    `SELECT create_table_query AS statement FROM system.tables WHERE concat(database, '.', name) = '${table}'`,
  );
  expect(made?.statement).toMatch(
    /PARTITION BY toYYYYMM\(created\) ORDER BY \(created, order_id\)/,
  );
  expect(made?.statement).toMatch(/`loaded_at` DateTime DEFAULT now\(\)/);
});

test('verify does not report records that the contract filters, and finds every value as it was sent', async () => {
  const expected = { verdict: 'complete', rows: 2, deadLetters: 3, lost: 0, doubled: 0 };
  expect(await verified(world, { ...ofTable(), groupId: topic })).toMatchObject(expected);
  const content = await verified(world, { ...ofTable(), groupId: topic, compare: 'content' });
  expect(content).toMatchObject({ ...expected, content: { differingRows: 0 } });
  await world.sql(
    `ALTER TABLE ${table} UPDATE note = 'another' WHERE order_id = 2 SETTINGS mutations_sync = 2`,
  );
  const changed = await verified(world, { ...ofTable(), groupId: topic, compare: 'content' });
  expect(changed).toMatchObject({ content: { differingRows: 1 } });
  await world.sql(
    `ALTER TABLE ${table} UPDATE note = 'a "note"' WHERE order_id = 2 SETTINGS mutations_sync = 2`,
  );
});

test('verify finds rows at the offset of another event by the id of the contract', async () => {
  const input = { ...ofTable(), groupId: topic };
  const stored = await world.sql<{ at: string }>(`SELECT toString(_offset) AS at FROM ${table}`);
  const offsets = stored.map(({ at }) => at);
  const others = offsets.toReversed();
  const exchange = () =>
    world.sql(
      `ALTER TABLE ${table} UPDATE _offset = transform(_offset, [${offsets.join(', ')}], [${others.join(', ')}], _offset) WHERE 1 SETTINGS mutations_sync = 2`,
    );
  expect(await verified(world, input)).toMatchObject({
    ...{ verdict: 'complete', identitiesCompared: 1, otherEvents: 0 },
  });
  await exchange();
  expect(await verified(world, input)).toMatchObject({
    ...{ verdict: 'lost', identitiesCompared: 2, otherEvents: 2, lost: 2 },
  });
  await exchange();
});

test('a running pipeline continues with the next version of its contract', async () => {
  await world.sql(
    `ALTER TABLE ${table} ADD COLUMN city String, MODIFY COLUMN items.qty Array(UInt16)`,
  );
  await worker.stop();
  worker = await world.startWorker({ SHOP_VERSION: '2' });
  await send([message({ id: 8, changes: { items: [{ sku: 'many', qty: 400 }] } })]);
  await untilRows(3);
  expect(await rows('order_id, toString(items.qty) AS quantities, city')).toEqual([
    { order_id: '1', quantities: '[2]', city: '' },
    { order_id: '2', quantities: '[]', city: '' },
    { order_id: '8', quantities: '[400]', city: 'Hà Nội' },
  ]);
  await waitUntil(async () => (await pipeline.status()).lag === 0, { what: 'it has committed' });
  expect((await pipeline.status()).guarantee).toEqual({ level: 'exactly-once' });
});

test('a redrive inserts what the next version accepts, with key, header and timestamp', async () => {
  const report = await redriven(world, { ...ofTable(), dryRun: false });
  expect(report).toMatchObject({
    state: 'completed',
    redrivenByReason: { out_of_range: 1 },
    rejectedByReason: { rejected_by_transform: 1, missing_field: 1 },
  });
  const found = await rows(
    'order_id, toString(items.qty) AS quantities, key, trace, toString(sent_at) AS sent_at',
  );
  expect(found.find(({ order_id: id }) => id === '5')).toEqual({
    ...{ order_id: '5', quantities: '[300]', key: 'key 5', trace: 'trace 5' },
    sent_at: '2026-11-28 12:00:00.755',
  });
  expect(await verified(world, { ...ofTable(), groupId: topic })).toMatchObject({
    ...{ verdict: 'complete', rows: 4, deadLetters: 2, lost: 0, doubled: 0 },
  });
});

test('a worker without the contract leaves its attempts to other workers and lists the contracts that it has', async () => {
  await worker.stop();
  const other = await world.startWorker({ MILLRACE_CONFIG: '' });
  await send([message({ id: 9 })]);
  await waitUntil(async () => (await failureOf(pipeline)).includes('no contract shop_orders'), {
    what: 'the attempt says what the worker lacks',
  });
  expect(await rows('order_id')).toHaveLength(4);
  await other.stop();
  worker = await world.startWorker({ SHOP_VERSION: '2' });
  await untilRows(5);
  await pipeline.signal('stop');
  expect(await pipeline.result()).toMatchObject({ rows: 4, deadLetters: 3 });
});

/** Of the activities that are being retried. */
async function failureOf({ handle }: Pipeline): Promise<string> {
  const { raw } = await handle.describe();
  return (raw.pendingActivities ?? []).map(({ lastFailure }) => lastFailure?.message ?? '').join();
}
