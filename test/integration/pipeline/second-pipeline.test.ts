// Promise: two endless pipelines never move one topic into one table in two groups, whether the first one runs, is paused, or
// starts at the same instant, and a pipeline that has ended prevents no start. Checked on real servers, by the content of the
// table.
import { WorkflowFailedError } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWorkflowLookUp } from '../../../src/adapters/temporal/workflows.js';
import type { StartClaim } from '../../../src/domain/ports/workflows.js';
import { openWorld, type Pipeline, type PipelineWorld } from '../../support/pipeline-world.js';
import { waitUntil } from '../../support/wait-until.js';

const EVENTS = 4_000;

let world: PipelineWorld;

beforeEach(async () => {
  world = await openWorld({ partitions: 2 });
  await world.startWorker();
});

afterEach(() => world.close());

/** Why a run failed. Null if it was still running when the others were decided. */
async function failure(pipeline: Pipeline): Promise<string | null> {
  let status = '';
  await waitUntil(
    async () => {
      status = (await pipeline.handle.describe()).status.name;
      return status !== 'RUNNING' || (await pipeline.status()).state !== 'starting';
    },
    { what: 'the pipeline has started, or has failed' },
  );
  if (status === 'RUNNING') return null;
  const error = await pipeline.result().then(
    () => new Error('it completed'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof WorkflowFailedError)) throw error as Error;
  return error.cause?.message ?? '';
}

function second(input = {}): Promise<Pipeline> {
  const groupId = `${world.groupId}-other`;
  return world.startPipeline({ groupId, ...input }, `${world.workflowId}-other`);
}

test('the refusal of a second pipeline names the one that owns the records', async () => {
  await world.produce(EVENTS);
  const first = await world.startPipeline();
  await first.caughtUp();
  const named = { table: `${world.database}.${world.table}`, from: 'latest' } as const;
  const why = await failure(await second(named));
  expect(why).toContain(`workflow ${world.workflowId} (running) already moves topic`);
  expect(why).toContain(`"groupId":"${world.groupId}"`);
  await world.produce(EVENTS);
  await first.caughtUp();
  expect(await world.ledger()).toMatchObject({ rows: 2 * EVENTS, missing: 0, doubled: 0 });
});

test('of three pipelines that start at the same instant, one moves the records', async () => {
  await world.produce(EVENTS);
  const started = await Promise.all(
    [1, 2, 3].map((each) =>
      world.startPipeline({ groupId: `${world.groupId}-${each}` }, `${world.workflowId}-${each}`),
    ),
  );
  const failures = await Promise.all(started.map((each) => failure(each)));
  expect(failures.filter((why) => why === null)).toHaveLength(1);
  expect(failures.filter((why) => why?.includes('already moves topic'))).toHaveLength(2);
  await started[0]?.caughtUp();
  expect(await world.ledger()).toMatchObject({ rows: EVENTS, missing: 0, doubled: 0 });
  await waitUntil(async () => (await claims()).every((status) => status === 'COMPLETED'), {
    what: 'the claim has ended',
  });
  expect(await claims()).toHaveLength(1);
});

async function claims(): Promise<readonly string[]> {
  const { MILLRACE_TASK_QUEUE: queue } = world.environment;
  const query = `WorkflowType = "startClaim" AND TaskQueue = "${queue}"`;
  const found: string[] = [];
  for await (const { status } of world.client.workflow.list({ query })) found.push(status.name);
  return found;
}

test('a paused pipeline counts as running, and a terminated one stops counting shortly afterwards', async () => {
  await world.produce(EVENTS);
  const first = await world.startPipeline({ batch: { maxRows: 500 } });
  await first.signal('pause', { reason: 'a test' });
  await waitUntil(async () => (await first.status()).state === 'paused', {
    what: 'the first one is paused',
  });
  expect(await failure(await second())).toContain('(paused) already moves topic');
  await first.signal('resume');
  await waitUntil(async () => (await world.ledger()).rows > 1_000, {
    what: 'the first one is at work',
  });
  await first.handle.terminate('a test');
  const next = await second();
  expect(await failure(next)).toBeNull();
  await next.caughtUp();
  expect(await world.ledger()).toMatchObject({ rows: EVENTS, missing: 0, doubled: 0 });
});

test('a pipeline that is stopping is waited for', async () => {
  await world.produce(EVENTS);
  const first = await world.startPipeline({ batch: { maxRows: 500 } });
  await waitUntil(async () => (await world.ledger()).rows > 0, {
    what: 'the first one is at work',
  });
  await first.signal('stop');
  const next = await second();
  expect(await failure(next)).toBeNull();
  await next.caughtUp();
  expect(await world.ledger()).toMatchObject({ rows: EVENTS, missing: 0, doubled: 0 });
});

test('a run that inserts again stays behind the live one, so that each record is inserted at most twice', async () => {
  await world.produce(EVENTS);
  const live = await world.startPipeline();
  await live.caughtUp();
  await live.signal('pause');
  await waitUntil(async () => (await live.status()).state === 'paused', {
    what: 'the live one is paused',
  });
  await world.produce(EVENTS);
  const again = await second({ from: 'earliest', until: 'now', existing: 'insert' });
  expect(await again.result()).toMatchObject({ rows: EVENTS, endedBy: 'until' });
  await live.signal('resume');
  await live.caughtUp();
  const epochs = await world.sql(
    `SELECT _epoch AS epoch, toString(count()) AS n FROM ${world.database}.${world.table} GROUP BY epoch ORDER BY epoch`,
  );
  expect(epochs).toEqual([
    { epoch: 0, n: String(2 * EVENTS) },
    { epoch: 1, n: String(EVENTS) },
  ]);
});

test('a claim is granted once, and its end does not end a later one', async () => {
  const workflows = createWorkflowLookUp(world.client);
  const name = `millrace-start/a-test/${randomUUID()}`;
  const claimOf = (each: number): StartClaim => ({
    ...{ workflowId: `w${each}`, runId: `r${each}`, taskQueue: `${world.workflowId}-none` },
    ...{ topic: 't', groupId: 'g', table: 'a.b', bounded: false, state: 'starting' },
  });
  const held = await Promise.all(
    [1, 2, 3, 4].map((each) => workflows.tryClaim(name, claimOf(each))),
  );
  const winner = held.indexOf(null);
  const others = held.filter((each) => each !== null);
  expect(others.map(({ by }) => by)).toEqual([1, 2, 3].map(() => claimOf(winner + 1)));
  await others[0]?.end();
  expect(await workflows.tryClaim(name, claimOf(5))).toBeNull();
  await others[1]?.end();
  expect((await workflows.tryClaim(name, claimOf(6)))?.by).toEqual(claimOf(5));
  await world.client.workflow.getHandle(name).terminate('the test is over');
});
