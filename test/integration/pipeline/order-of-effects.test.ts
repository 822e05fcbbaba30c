// Promise: the offsets committed to Kafka are never ahead of the rows in the table. Checked by repeatedly asking Kafka first and
// then the table while a pipeline is under load: every committed offset must be in the table by then.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKafka } from '../../support/kafka-topic.js';
import { openWorld, type PipelineWorld } from '../../support/pipeline-world.js';

const EVENTS = 100_000;

let world: PipelineWorld;
let kafka: ReturnType<typeof openKafka>;

beforeAll(async () => {
  world = await openWorld({ environment: { BATCH_INTERVAL_SECONDS: '0.1' } });
  kafka = openKafka(world.addresses.kafka);
  await world.startWorker();
});

afterAll(async () => {
  await kafka.close();
  await world.close();
});

async function rowsBelow(partition: number, offset: number): Promise<number> {
  const rows = await world.sql<{ n: string }>(
    `SELECT toString(uniqExact(_offset)) AS n FROM ${world.database}.${world.table}
     WHERE _partition = ${partition} AND _offset < ${offset}`,
  );
  return Number(rows[0]?.n);
}

test('every committed offset is a row by the time it can be read', async () => {
  const pipeline = await world.startPipeline({ batch: { maxRows: 3_000 } });
  let looks = 0;
  const load = { isDone: false };
  const loading = world
    .produce(EVENTS, { rate: 10_000 })
    .then(() => pipeline.caughtUp())
    .finally(() => (load.isDone = true));
  while (!load.isDone) {
    const committed = await kafka.groups.committed(world.groupId, world.topic);
    for (const { partition, offset } of committed) {
      if (offset === null || offset === 0) continue;
      expect(await rowsBelow(partition, offset)).toBe(offset);
      looks += 1;
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 100));
  }
  await loading;
  expect(looks).toBeGreaterThan(20);
});
