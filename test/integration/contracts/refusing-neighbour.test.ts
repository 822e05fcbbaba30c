// Promise: a table that refuses every row does not stop the pipeline of another contract in the same worker. All records of that
// one become rows while the refused ones are retried and then held, and both are complete once the table accepts rows. Checked
// on real servers with one worker, contract `table` beside `stream_events`.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTopic, sendInTurn } from '../../support/kafka-topic.js';
import { verified } from '../../support/one-shot-workflows.js';
import { openWorld, type Pipeline, type PipelineWorld } from '../../support/pipeline-world.js';
import { waitUntil } from '../../support/wait-until.js';
import { createOrders, orderText } from './orders.js';

const ORDERS = 500;
const EVENTS = 20_000;

let world: PipelineWorld;
let topic: string;
let table: string;
let orders: Pipeline;

beforeAll(async () => {
  world = await openWorld();
  topic = await createTopic(world.addresses.kafka, { partitions: 1 });
  table = `${world.database}.orders`;
  await world.sql(createOrders(table));
  await world.sql(`ALTER TABLE ${table} ADD COLUMN refused UInt8 MATERIALIZED throwIf(1)`);
  const values = Array.from({ length: ORDERS }, (_, index) => orderText(index));
  await sendInTurn(world.addresses.kafka, topic, { partitions: 1, values });
  await world.startWorker();
});

afterAll(() => world.close());

const ofTable = () => ({ contract: 'table', topic, table, groupId: topic });

async function rowsOfOrders(): Promise<number> {
  const [row] = await world.sql<{ n: string }>(`SELECT toString(count()) AS n FROM ${table}`);
  return Number(row?.n);
}

test('events become rows while the table of the orders refuses all of its rows', async () => {
  orders = await world.startPipeline(ofTable(), `${world.workflowId}-orders`);
  const events = await world.startPipeline();
  await world.produce(EVENTS);
  await events.caughtUp();
  expect(await world.ledger()).toMatchObject({ rows: EVENTS, missing: 0, doubled: 0, wrong: 0 });
  await waitUntil(async () => (await orders.status()).holds.length > 0, {
    what: 'the orders are held',
  });
  expect((await orders.status()).holds).toMatchObject([{ reason: 'TableRefuses' }]);
  expect(await rowsOfOrders()).toBe(0);
});

test('the orders follow once their table accepts rows, and none became a dead letter', async () => {
  await world.sql(`ALTER TABLE ${table} DROP COLUMN refused`);
  await orders.handle.executeUpdate('resolveHold', {
    args: [{ partition: 'all', action: 'retry' }],
  });
  await waitUntil(async () => (await rowsOfOrders()) === ORDERS, { what: 'all orders are rows' });
  expect(await verified(world, ofTable())).toMatchObject({
    ...{ verdict: 'complete', rows: ORDERS, deadLetters: 0, lost: 0, doubled: 0 },
  });
});
