// Promise: a million records are compared in seconds and in memory that doesn't grow with them, and a worker that is killed
// meanwhile only delays the report. Checked with the worker's memory as `ps` has it, and with SIGKILL once a heartbeat says
// that part of a partition is done.
import { execFileSync } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import type { VerifyReport } from '../../src/domain/pipeline/public-types.js';
import type { SliceProgress } from '../../src/domain/verify/plan.js';
import { startWorkflow, verified } from '../support/one-shot-workflows.js';
import { openWorld, type PipelineWorld } from '../support/pipeline-world.js';
import { waitUntil } from '../support/wait-until.js';

let world: PipelineWorld;

afterEach(() => world.close());

/** A pipeline moves so many events; the worker that did is gone afterwards. */
async function ingested(events: number, partitions: number): Promise<void> {
  world = await openWorld({ partitions });
  await world.produce(events);
  const worker = await world.startWorker();
  await (await world.startPipeline({ until: 'now' })).result();
  await worker.stop();
}

function residentMiB(pid: number): number {
  return (
    Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1_024
  );
}

/** The most that the process has, looked at all along. */
async function peakMiBDuring(pid: number, work: Promise<unknown>): Promise<number> {
  let peak = residentMiB(pid);
  const timer = setInterval(() => (peak = Math.max(peak, residentMiB(pid))), 50);
  await work.finally(() => {
    clearInterval(timer);
  });
  return peak;
}

test('a million records, in less than a minute and in bounded memory', async () => {
  await ingested(1_000_000, 4);
  const worker = await world.startWorker();
  const idleMiB = residentMiB(worker.pid);
  const since = performance.now();
  const verifying = verified(world);
  const peakMiB = await peakMiBDuring(worker.pid, verifying);
  const report = await verifying;
  const tookMs = Math.round(performance.now() - since);
  const grownMiB = Math.round(peakMiB - idleMiB);
  process.stdout.write(`1,000,000 records verified in ${tookMs} ms, ${grownMiB} MiB more\n`);
  expect(report).toMatchObject({ verdict: 'complete', records: 1_000_000, rows: 1_000_000 });
  expect(tookMs).toBeLessThan(60_000);
  expect(grownMiB).toBeLessThan(256);
}, 240_000);

test('killed in the middle of a partition, it goes on where the last heartbeat was', async () => {
  const events = 3_000_000;
  await ingested(events, 1);
  const worker = await world.startWorker();
  const handle = await startWorkflow(world, 'verify');
  const seen = async (): Promise<SliceProgress | null> => {
    const { raw } = await handle.describe();
    const [payload] = raw.pendingActivities?.[0]?.heartbeatDetails?.payloads ?? [];
    const text = payload?.data && Buffer.from(payload.data).toString('utf8');
    return text ? (JSON.parse(text) as SliceProgress) : null;
  };
  await waitUntil(async () => ((await seen())?.next ?? 0) > 0, {
    timeoutMs: 60_000,
    what: 'a heartbeat says that something was compared',
  });
  worker.kill('SIGKILL');
  await worker.ended();
  const done = await seen();
  expect(done?.next).toBeLessThan(events);
  await world.startWorker();
  const report = (await handle.result()) as VerifyReport;
  expect(report).toMatchObject({ verdict: 'complete', records: events, rows: events });
}, 240_000);
