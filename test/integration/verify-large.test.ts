// Promise: a million records are compared in seconds and in memory that does not grow with them, and killing a worker meanwhile
// only delays the report. Checked with the worker's memory and CPU from `ps`, and with SIGKILL once a heartbeat says that part
// of a partition is done.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { VERIFY_CHUNK_OFFSETS } from '../../src/domain/limits.js';
import type { VerifyReport } from '../../src/domain/verify/public-types.js';
import type { SliceProgress } from '../../src/domain/verify/plan.js';
import { startProxy } from '../support/clickhouse-proxy.js';
import { startWorkflow, verified } from '../support/one-shot-workflows.js';
import { openWorld, type PipelineWorld } from '../support/pipeline-world.js';
import { cpuSeconds, peakMiBDuring, residentMiB } from '../support/process-figures.js';
import { waitUntil } from '../support/wait-until.js';

const PARTITIONS = 4;
/** More than one chunk of each partition. */
const EVENTS = PARTITIONS * (VERIFY_CHUNK_OFFSETS + 50_000);

let world: PipelineWorld;

beforeAll(async () => {
  world = await openWorld({ partitions: PARTITIONS });
  await world.produce(EVENTS);
  const worker = await world.startWorker();
  await (await world.startPipeline({ until: 'now' })).result();
  await worker.stop();
});

afterAll(() => world.close());

test('more than a million records are verified in less than a minute of CPU and in bounded memory', async () => {
  const worker = await world.startWorker();
  const idleMiB = residentMiB(worker.pid);
  const sinceSeconds = cpuSeconds(worker.pid);
  const verifying = verified(world);
  const peakMiB = await peakMiBDuring(worker.pid, verifying);
  const report = await verifying;
  const seconds = cpuSeconds(worker.pid) - sinceSeconds;
  const grownMiB = Math.round(peakMiB - idleMiB);
  process.stdout.write(`${EVENTS} records verified in ${seconds} s of CPU, ${grownMiB} MiB more\n`);
  expect(report).toMatchObject({ verdict: 'complete', records: EVENTS, rows: EVENTS });
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThan(60);
  expect(grownMiB).toBeLessThan(256);
  await worker.stop();
});

test('a verify that is killed in the middle of a partition continues at the last heartbeat', async () => {
  // The second chunk of every partition gets no rows.
  const proxy = await startProxy(world.addresses.clickHouse, { holds: /_offset >= [1-9]/ });
  const worker = await world.startWorker({ CLICKHOUSE_PORT: new URL(proxy.url).port });
  const handle = await startWorkflow(world, 'verify');
  // One for each partition, in any order.
  const seen = async (): Promise<readonly number[]> => {
    const { raw } = await handle.describe();
    return (raw.pendingActivities ?? []).flatMap(({ heartbeatDetails }) => {
      const data = heartbeatDetails?.payloads?.[0]?.data;
      if (!data || data.length === 0) return [];
      return [(JSON.parse(Buffer.from(data).toString('utf8')) as SliceProgress).next];
    });
  };
  await waitUntil(async () => (await seen()).includes(VERIFY_CHUNK_OFFSETS), {
    what: 'a heartbeat says that something was compared',
  });
  worker.kill('SIGKILL');
  await worker.ended();
  await proxy.close();
  expect(await seen()).toContain(VERIFY_CHUNK_OFFSETS);
  await world.startWorker();
  const report = (await handle.result()) as VerifyReport;
  expect(report).toMatchObject({ verdict: 'complete', records: EVENTS, rows: EVENTS });
});
