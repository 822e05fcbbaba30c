// Promise: a worker that is asked to exit finishes the batch in progress or gives it back within its grace period, and takes nothing
// new meanwhile. Replacing all workers under load loses and duplicates nothing, and rows keep arriving. Checked by sending
// SIGTERM, as Kubernetes does, to workers between real servers. The producer's own record is the oracle.
import { afterEach, expect, test } from 'vitest';
import { freePort } from '../../dev/stack/free-port.js';
import { FORCE_MS } from '../../src/worker/run-workers.js';
import { type Proxy, startProxy } from '../support/clickhouse-proxy.js';
import { openWorld, type Pipeline, type PipelineWorld } from '../support/pipeline-world.js';
import { waitUntil } from '../support/wait-until.js';
import type { WorkerProcess } from '../support/worker-process.js';

/** For what should take less than 5 s. Ten times that does not assert speed. */
const MAX_STALL_MS = 50_000;
const LOT = 5_000;
const MAX_LOTS = 600;
const RATE = 5_000;

let world: PipelineWorld;
const proxies: Proxy[] = [];

afterEach(async () => {
  await world.close();
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});

const complete = (events: number) => ({
  produced: events,
  rows: events,
  deadLetters: 0,
  missing: 0,
  doubled: 0,
  wrong: 0,
});

/** A worker with slow inserts: each piece of their body takes this long. */
async function startSlowWorker(
  sliceDelayMs: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<WorkerProcess> {
  const proxy = await startProxy(world.addresses.clickHouse, { sliceDelayMs });
  proxies.push(proxy);
  return world.startWorker({ ...environment, CLICKHOUSE_PORT: new URL(proxy.url).port });
}

async function batchInHand({ handle }: Pipeline): Promise<void> {
  await waitUntil(
    async () => {
      const { raw } = await handle.describe();
      return (raw.pendingActivities ?? []).some(
        ({ activityType, lastStartedTime }) =>
          activityType?.name === 'ingestBatch' && Boolean(lastStartedTime),
      );
    },
    { what: 'a batch is in progress' },
  );
}

async function answersOf(address: string): Promise<readonly (number | null)[]> {
  const paths = ['/live', '/ready', '/else'];
  return Promise.all(
    paths.map((path) =>
      fetch(`http://${address}${path}`).then(
        ({ status }) => status,
        () => null,
      ),
    ),
  );
}

test('a worker finishes the batch in progress, and is alive but not ready meanwhile', async () => {
  world = await openWorld({ partitions: 1 });
  const health = `127.0.0.1:${await freePort()}`;
  const worker = await startSlowWorker(500, { MILLRACE_HEALTH_ADDRESS: health });
  expect(await answersOf(health)).toEqual([200, 200, 404]);
  await world.produce(LOT);
  const pipeline = await world.startPipeline();
  await batchInHand(pipeline);
  worker.kill('SIGTERM');
  await waitUntil(async () => (await answersOf(health))[1] !== 200, {
    what: 'the worker is no longer ready',
  });
  expect(await answersOf(health)).toEqual([200, 503, 404]);
  expect(await worker.ended()).toBe(0);
  expect(await world.ledger()).toEqual(complete(LOT));
  const { events = [] } = await pipeline.handle.fetchHistory();
  const attempts = events!.flatMap(({ activityTaskStartedEventAttributes: started }) =>
    started ? [started.attempt] : [],
  );
  expect(attempts.every((attempt) => attempt === 1)).toBe(true);
});

/** According to the server. */
async function runningInserts(): Promise<number> {
  const [row] = await world.sql<{ n: string }>(
    `SELECT toString(count()) AS n FROM system.processes WHERE startsWith(query_id, 'millrace/${world.workflowId}/')`,
  );
  return Number(row?.n);
}

test('a batch that takes too long is given back in time, and another worker completes it', async () => {
  world = await openWorld({ partitions: 1 });
  const worker = await startSlowWorker(2_500);
  await world.produce(LOT);
  const pipeline = await world.startPipeline();
  await batchInHand(pipeline);
  const askedMs = performance.now();
  worker.kill('SIGTERM');
  expect(await worker.ended()).toBe(0);
  expect(performance.now() - askedMs).toBeLessThan(FORCE_MS + MAX_STALL_MS);
  expect(await runningInserts()).toBe(1);
  // The first worker's insert is still being sent, and may arrive completely. The next one waits for that, and reconciles.
  await world.startWorker();
  await pipeline.caughtUp();
  expect(await world.ledger()).toEqual(complete(LOT));
});

test('replacing all workers under load loses and duplicates nothing, and rows keep arriving', async () => {
  world = await openWorld({ environment: { BATCH_INTERVAL_SECONDS: '0.2' } });
  const old = [await world.startWorker(), await world.startWorker()];
  const pipeline = await world.startPipeline({ batch: { maxRows: 2_000 } });
  const over = new AbortController();
  const [stalledMs] = await Promise.all([
    longestStall(over.signal),
    produceUntil(over.signal),
    replace(old).finally(() => {
      over.abort();
    }),
  ]);
  process.stdout.write(`longest time without a new row: ${Math.round(stalledMs)} ms\n`);
  expect(stalledMs).toBeLessThan(MAX_STALL_MS);
  await pipeline.caughtUp();
  const events = world.produced.reduce((sum, { count }) => sum + count, 0);
  expect(await world.ledger()).toEqual(complete(events));
});

/** The next worker takes tasks before one is asked to exit. */
async function replace(workers: readonly WorkerProcess[]): Promise<void> {
  for (const worker of workers) {
    await world.startWorker();
    worker.kill('SIGTERM');
    expect(await worker.ended()).toBe(0);
  }
}

async function produceUntil(over: AbortSignal): Promise<void> {
  for (let lot = 0; lot < MAX_LOTS && !over.aborted; lot++) {
    await world.produce(LOT, { rate: RATE });
  }
}

/** The longest time without a new row in the table, from its first one until this is over. */
async function longestStall(over: AbortSignal): Promise<number> {
  const count = async () => {
    const [row] = await world.sql<{ n: string }>(
      `SELECT toString(sum(rows)) AS n FROM system.parts WHERE active AND database = '${world.database}' AND table = '${world.table}'`,
    );
    return Number(row?.n ?? 0);
  };
  const first = async () => over.aborted || (await count()) > 0;
  await waitUntil(first, { what: 'the first row is there' });
  let [most, lastMs, longestMs] = [0, performance.now(), 0];
  await waitUntil(
    async () => {
      const rows = await count();
      const nowMs = performance.now();
      longestMs = Math.max(longestMs, nowMs - lastMs);
      if (rows > most) [most, lastMs] = [rows, nowMs];
      return over.aborted;
    },
    { what: 'all workers are replaced' },
  );
  return longestMs;
}
