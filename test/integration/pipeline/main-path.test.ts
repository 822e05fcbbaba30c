// Promise: a pipeline that is started without input moves the content of the topic, stops while it is paused, continues at the
// same offset, and completes with totals. Kafka's own tools see its offsets.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeGroup } from '../../support/describe-group.js';
import { openWorld, type Pipeline, type PipelineWorld } from '../../support/pipeline-world.js';
import { waitUntil } from '../../support/wait-until.js';

let world: PipelineWorld;
let pipeline: Pipeline;

beforeAll(async () => {
  world = await openWorld();
  await world.startWorker();
  await world.produce(10);
});

afterAll(() => world.close());

test('with no input, ten events become ten rows', async () => {
  pipeline = await world.startPipeline();
  await pipeline.caughtUp();
  expect(await world.ledger()).toMatchObject({ rows: 10, missing: 0, doubled: 0, wrong: 0 });
});

test('a pause stops planning and shows its reason', async () => {
  await pipeline.signal('pause', { reason: 'maintenance' });
  await waitUntil(async () => (await pipeline.status()).state === 'paused', {
    what: 'the pipeline is paused',
  });
  expect((await pipeline.status()).detail).toContain('maintenance');
  await world.produce(20);
  // Several times longer than a batch may wait to fill.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(await world.ledger()).toMatchObject({ rows: 10, missing: 20 });
});

test('a resumed pipeline moves what was left in Kafka', async () => {
  await pipeline.signal('resume');
  await pipeline.caughtUp();
  expect(await world.ledger()).toMatchObject({ rows: 30, missing: 0, doubled: 0, wrong: 0 });
});

test("Kafka's own tools see the offsets of the group, and no lag", async () => {
  await waitUntil(async () => (await describeGroup(world)).every(({ lag }) => lag === 0), {
    what: 'the group has no lag',
  });
  const partitions = await describeGroup(world);
  expect(partitions).toHaveLength(4);
  expect(partitions.reduce((sum, { current }) => sum + current, 0)).toBe(30);
});

test('stop completes the workflow with totals', async () => {
  await pipeline.signal('stop', { reason: 'done' });
  const result = await pipeline.result();
  expect(result).toMatchObject({ rows: 30, deadLetters: 0, endedBy: 'stop' });
  expect(Object.values(result.cursors).reduce((sum, offset) => sum + Number(offset), 0)).toBe(30);
});

test('a restarted pipeline continues with records that arrived meanwhile', async () => {
  await world.produce(5);
  pipeline = await world.startPipeline();
  await pipeline.caughtUp();
  expect(await world.ledger()).toMatchObject({ rows: 35, missing: 0, doubled: 0 });
});
