// Promise: verify and redrive continue as new when their histories grow long, without losing anything, and a redrive waits while
// another one uses the table. Checked with a history limit so low that both must continue, and with a lock of the table that the
// test takes.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVENT_CONTRACT } from '../../src/domain/contract/event-contract.js';
import { createDecoder } from '../../src/domain/formats/decoder.js';
import { rejected } from '../../src/domain/contract/verdict.js';
import type { VerifyReport } from '../../src/domain/verify/public-types.js';
import type { RedriveReport } from '../../src/domain/redrive/public-types.js';
import { turnId } from '../../src/domain/redrive/plan.js';
import { startInProcessWorker } from '../support/in-process-worker.js';
import { redriven, startWorkflow, verified } from '../support/one-shot-workflows.js';
import { openWorld, type PipelineWorld } from '../support/pipeline-world.js';
import { type OwnTemporal, startOwnTemporal } from '../support/temporal-own.js';
import { waitUntil } from '../support/wait-until.js';

const EVENTS = 80_000;
const PARTITIONS = 24;

let temporal: OwnTemporal;
let world: PipelineWorld;

beforeAll(async () => {
  temporal = await startOwnTemporal({
    flags: ['--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=15'],
  });
  world = await openWorld({ addresses: temporal.addresses, partitions: PARTITIONS });
  await world.produce(EVENTS);
  const decoder = createDecoder({
    contract: EVENT_CONTRACT,
    transform: (event, row) => (/[0-6]$/.test(event.event_id) ? rejected('not yet') : row),
    path: 'bytes',
  });
  const worker = await startInProcessWorker(world, { decoder });
  await (await world.startPipeline({ until: 'now' })).result();
  await worker.stop();
  await world.startWorker();
});

afterAll(async () => {
  await world.close();
  await temporal.stop();
});

async function runsOf(workflowId: string): Promise<number> {
  return (await world.client.workflow.count(`WorkflowId = "${workflowId}"`)).count;
}

async function open(): Promise<number> {
  const [row] = await world.sql<{ n: string }>(
    `SELECT toString(count()) AS n FROM ${world.database}.${world.table}_dead_letters FINAL WHERE status = 'open'`,
  );
  return Number(row?.n);
}

test('verify carries its results from run to run', async () => {
  const handle = await startWorkflow(world, 'verify');
  const report = (await handle.result()) as VerifyReport;
  expect(report).toMatchObject({ verdict: 'complete', records: EVENTS, deadLetters: await open() });
  expect(report.partitions).toHaveLength(PARTITIONS);
  await waitUntil(async () => (await runsOf(handle.workflowId)) > 2, {
    what: 'it has continued as new',
  });
});

test('a redrive waits while another one uses the table, and then continues by itself', async () => {
  const turn = turnId({ table: { database: world.database, table: world.table } });
  const holder = await world.client.workflow.start('redriveTurn', {
    workflowId: turn,
    taskQueue: world.environment['MILLRACE_TASK_QUEUE'] ?? '',
  });
  const letters = await open();
  const handle = await startWorkflow(world, 'redrive', { dryRun: false });
  const status = () => handle.query<RedriveReport>('status');
  await waitUntil(async () => (await status()).state === 'waiting', {
    what: 'the redrive waits',
  });
  expect(await redriven(world)).toMatchObject({ state: 'completed', letters });
  expect(await open()).toBe(letters);
  await holder.signal('endTurn');
  expect(await handle.result()).toMatchObject({ state: 'completed', letters, redriven: letters });
  expect(await runsOf(handle.workflowId)).toBeGreaterThan(1);
  expect(await open()).toBe(0);
  expect(await verified(world)).toMatchObject({ verdict: 'complete', rows: EVENTS });
  const described = await world.client.workflow.getHandle(turn).describe();
  expect(described.status.name).toBe('COMPLETED');
});

test('a redrive that is stopped while it waits ends without changes', async () => {
  const turn = turnId({ table: { database: world.database, table: world.table } });
  const holder = await world.client.workflow.start('redriveTurn', {
    workflowId: turn,
    taskQueue: world.environment['MILLRACE_TASK_QUEUE'] ?? '',
  });
  const handle = await startWorkflow(world, 'redrive', { dryRun: false });
  await waitUntil(async () => (await handle.query<RedriveReport>('status')).state === 'waiting', {
    what: 'the redrive waits',
  });
  await handle.signal('stop', { reason: 'not now' });
  expect(await handle.result()).toMatchObject({ state: 'stopped', letters: 0 });
  await holder.signal('endTurn');
});
