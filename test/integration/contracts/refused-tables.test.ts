// Promise: contract `table` reports at the start what it cannot do with a table: a type that no event can fill is refused by
// name, a missing table is awaited, missing lineage weakens the guarantee and prints the ALTER, and an attempt with a contract
// that no worker has waits and says so. Checked on real servers.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTopic } from '../../support/kafka-topic.js';
import { failureOf } from '../../support/one-shot-workflows.js';
import { openWorld, type PipelineWorld } from '../../support/pipeline-world.js';
import { waitUntil } from '../../support/wait-until.js';
import { createOrders, LINEAGE, ORDER_COLUMNS } from './orders.js';

let world: PipelineWorld;
let topic: string;

beforeAll(async () => {
  world = await openWorld();
  topic = await createTopic(world.addresses.kafka, { partitions: 1 });
  await world.startWorker();
});

afterAll(() => world.close());

function start(table: string, more: object = {}) {
  const input = { contract: 'table', topic, groupId: table, table: `${world.database}.${table}` };
  return world.startPipeline({ ...input, until: 'now', ...more }, `${world.workflowId}-${table}`);
}

/** The last failure of the open activity of a workflow. */
async function lastFailure(workflowId: string): Promise<string> {
  const { raw } = await world.client.workflow.getHandle(workflowId).describe();
  return raw.pendingActivities?.[0]?.lastFailure?.message ?? '';
}

test('columns that no event can fill are refused, each with a sentence', async () => {
  await world.sql(
    `CREATE TABLE ${world.database}.odd (id Int64, value Variant(String, UInt8), any Dynamic, kept Dynamic DEFAULT 1) ENGINE = MergeTree ORDER BY id`,
  );
  const why = await failureOf((await start('odd')).result());
  expect(why).toContain(`contract table can't fill ${world.database}.odd`);
  expect(why).toContain("column value: Millrace can't fill a column of type Variant");
  expect(why).toContain("column any: Millrace can't fill a column of type Dynamic");
  expect(why).not.toContain('column kept');
});

test('a table without lineage receives rows, and the ALTER that makes it exactly-once is printed', async () => {
  await world.sql(createOrders(`${world.database}.plain`, ORDER_COLUMNS));
  const pipeline = await start('plain');
  await pipeline.result();
  const { guarantee } = await pipeline.status();
  expect(guarantee).toMatchObject({ level: 'at-least-once' });
  const why = JSON.stringify(guarantee);
  expect(why).toContain(`: ALTER TABLE ${world.database}.plain ADD COLUMN`);
  for (const column of LINEAGE) expect(why).toContain(`ADD COLUMN ${column}`);
});

test('a missing table and an unknown contract are reported', async () => {
  await start('not_there');
  await waitUntil(
    async () =>
      (await lastFailure(`${world.workflowId}-not_there`)).includes(
        'contract table takes its columns from an existing table',
      ),
    { what: 'the attempt says which table is missing' },
  );
  await start('unknown', { contract: 'orders_v2' });
  await waitUntil(
    async () =>
      (await lastFailure(`${world.workflowId}-unknown`)).includes(
        'This worker has no contract orders_v2: it has stream_events and table',
      ),
    { what: 'the attempt says which contract it lacks' },
  );
});
