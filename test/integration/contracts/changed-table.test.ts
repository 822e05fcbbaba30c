// Promise: changes of a table under a running pipeline of contract `table` are noticed. A narrower type, for which ClickHouse
// would silently wrap values, holds the partition until it is restored, and a new column is filled without a restart. Checked on
// real servers.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTopic, kafkajsClient } from '../../support/kafka-topic.js';
import { openWorld, type Pipeline, type PipelineWorld } from '../../support/pipeline-world.js';
import { waitUntil } from '../../support/wait-until.js';
import { LINEAGE } from './orders.js';

let world: PipelineWorld;
let topic: string;
let table: string;
let pipeline: Pipeline;

beforeAll(async () => {
  world = await openWorld();
  topic = await createTopic(world.addresses.kafka, { partitions: 1 });
  table = `${world.database}.amounts`;
  await world.sql(
    `CREATE TABLE ${table} (id Int64, n Int64, ${LINEAGE.join(', ')}) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100000`,
  );
  await world.startWorker();
  pipeline = await world.startPipeline({ contract: 'table', topic, groupId: topic, table });
});

afterAll(() => world.close());

async function send(value: object): Promise<void> {
  const producer = kafkajsClient(world.addresses.kafka).producer();
  await producer.connect();
  await producer.send({ topic, messages: [{ value: JSON.stringify(value) }], acks: -1 });
  await producer.disconnect();
}

async function untilRows(count: number): Promise<void> {
  const what = `the table has ${count} rows`;
  await waitUntil(async () => (await world.sql(`SELECT id FROM ${table}`)).length === count, {
    what,
  });
}

test('a narrower type holds the partition, and no value wraps around', async () => {
  await send({ id: 1, n: 1 });
  await untilRows(1);
  await world.sql(`ALTER TABLE ${table} MODIFY COLUMN n Int32`);
  await send({ id: 2, n: 5_000_000_000 });
  await waitUntil(async () => (await pipeline.status()).holds.length > 0, {
    what: 'the partition is held',
  });
  const [hold] = (await pipeline.status()).holds;
  expect(hold?.reason).toBe('TableChanged');
  expect(hold?.detail).toContain('column n is Int32, which does not hold every Int64');
  expect(hold?.detail).toContain(`ALTER TABLE ${table} MODIFY COLUMN n Int64`);
  await untilRows(1);

  await world.sql(`ALTER TABLE ${table} MODIFY COLUMN n Int64`);
  await pipeline.handle.executeUpdate('resolveHold', {
    args: [{ partition: 0, action: 'retry' }],
  });
  await untilRows(2);
  expect(await world.sql(`SELECT toString(n) AS n FROM ${table} WHERE id = 2`)).toEqual([
    { n: '5000000000' },
  ]);
});

test('an added column is filled, and one that no event can fill does not stop the pipeline', async () => {
  await world.sql(
    `ALTER TABLE ${table} ADD COLUMN extra Nullable(String), ADD COLUMN any Variant(String, UInt8)`,
  );
  // The batch that detects the change was planned before it.
  await send({ id: 3, n: 3, extra: 'maybe' });
  await untilRows(3);
  await send({ id: 4, n: 4, extra: 'stored' });
  await untilRows(4);
  expect(await world.sql(`SELECT extra FROM ${table} WHERE id = 4`)).toEqual([{ extra: 'stored' }]);
  const { warnings, holds } = await pipeline.status();
  expect(holds).toEqual([]);
  expect(warnings.join('\n')).toContain("column any: Millrace can't fill a column of type Variant");
});
