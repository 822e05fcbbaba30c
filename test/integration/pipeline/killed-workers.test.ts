// Promise: workers may be killed at any time, and every event is still in the table exactly once. Checked by killing the only
// worker ten times at random while 300,000 events arrive at 10,000 per second. The producer's own record is the oracle.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type PipelineWorld } from '../../support/pipeline-world.js';
import { seededRandom } from '../../support/seeded-random.js';

const EVENTS = 300_000;
const KILLS = 10;

let world: PipelineWorld;

beforeAll(async () => {
  world = await openWorld({ environment: { BATCH_INTERVAL_SECONDS: '0.2' } });
});

afterAll(() => world.close());

test('every event is inserted once, though the worker is killed ten times', async () => {
  const { seed, random } = seededRandom();
  process.stdout.write(`seed of the kills: ${seed}\n`);
  let worker = await world.startWorker();
  const pipeline = await world.startPipeline({ batch: { maxRows: 20_000 } });
  const producing = world.produce(EVENTS, { rate: 10_000 });
  for (let kill = 0; kill < KILLS; kill++) {
    await new Promise((resolve) => setTimeout(resolve, random() * 1_500));
    worker.kill('SIGKILL');
    await worker.ended();
    worker = await world.startWorker();
  }
  await producing;
  await pipeline.caughtUp();
  expect(await world.ledger()).toEqual({
    produced: EVENTS,
    rows: EVENTS,
    deadLetters: 0,
    missing: 0,
    doubled: 0,
    wrong: 0,
  });
});
