// Promise: at low traffic a lane makes one insert per interval for all of its partitions, and not one for each. Checked with a
// trickle of events over 8 partitions: the table's block numbers count the inserts, and the clock counts the intervals.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type Pipeline, type PipelineWorld } from '../../support/pipeline-world.js';
import { waitUntil } from '../../support/wait-until.js';

const PARTITIONS = 8;
const LANES = 2;
const INTERVAL_SECONDS = 1;
/** Ten per second for each partition. */
const RATE = 80;
const EVENTS = 480;

let world: PipelineWorld;
let pipeline: Pipeline;

beforeAll(async () => {
  world = await openWorld({
    partitions: PARTITIONS,
    environment: { BATCH_INTERVAL_SECONDS: String(INTERVAL_SECONDS) },
  });
  await world.startWorker();
  pipeline = await world.startPipeline({ lanes: LANES });
  await waitUntil(async () => (await pipeline.status()).state === 'running', {
    what: 'the pipeline waits for records',
  });
});

afterAll(() => world.close());

test('each lane makes one insert per interval', async () => {
  const sinceMs = performance.now();
  await world.produce(EVENTS, { rate: RATE });
  const intervals = Math.ceil((performance.now() - sinceMs) / 1_000 / INTERVAL_SECONDS);
  await pipeline.caughtUp();
  expect(await world.ledger()).toMatchObject({ rows: EVENTS, missing: 0, doubled: 0, wrong: 0 });
  // One more for the records after the last full interval, and one for the incomplete first interval.
  expect(await insertsIntoTable()).toBeLessThanOrEqual(LANES * (intervals + 2));
});

/** Every insert takes the next block number, whatever is merged later. */
async function insertsIntoTable(): Promise<number> {
  const [row] = await world.sql<{ n: string }>(
    `SELECT toString(max(max_block_number)) AS n FROM system.parts
     WHERE database = '${world.database}' AND table = '${world.table}' AND active`,
  );
  return Number(row?.n);
}
