// Promise: a batch whose insert waits inside ClickHouse is reported after ten seconds, in status and in the log, until
// ClickHouse answers. Checked with a view whose query the test delays, as Keeper delays an insert.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openGate } from '../../support/clickhouse-gate.js';
import { openWorld, type PipelineWorld } from '../../support/pipeline-world.js';
import { waitUntil } from '../../support/wait-until.js';

let world: PipelineWorld;

beforeAll(async () => {
  world = await openWorld({ partitions: 1 });
});
afterAll(() => world.close());

test('an insert that ClickHouse does not answer is shown until it is answered', async () => {
  const worker = await world.startWorker();
  await world.produce(10);
  const pipeline = await world.startPipeline();
  await pipeline.caughtUp();
  const gate = await openGate();
  const { database, table } = world;
  await world.sql(`CREATE TABLE ${database}.seen (n UInt64) ENGINE = MergeTree ORDER BY n`);
  await world.sql(
    `CREATE MATERIALIZED VIEW ${database}.waiting TO ${database}.seen AS
     SELECT _offset AS n FROM ${database}.${table} WHERE _offset IN (SELECT n FROM ${gate.source})`,
  );
  await world.produce(10);
  const detail = async () => (await pipeline.status()).detail;
  await waitUntil(async () => (await detail()).includes('has not answered an insert'), {
    what: 'status says that the insert waits',
  });
  const { inHand } = await pipeline.status();
  expect(inHand[0]?.waitsFor).toContain(
    `ClickHouse at ${new URL(world.addresses.clickHouse).origin}`,
  );
  const lines = () =>
    worker
      .log()
      .split('\n')
      .filter((line) => line.includes('has not answered an insert'));
  await waitUntil(() => lines().length > 0, { what: 'the log says that the insert waits' });
  gate.open();
  await pipeline.caughtUp();
  await waitUntil(async () => (await detail()) === 'moving records as they arrive', {
    what: 'status shows a pipeline that moves',
  });
  expect(lines()).toHaveLength(1);
  await gate.close();
});
