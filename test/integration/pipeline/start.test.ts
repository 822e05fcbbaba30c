// Promise: a pipeline never starts by itself if that could duplicate rows, and says what to decide. After a terminate it
// continues without duplicates. It waits visibly for what is missing, and recovers by itself.
import { WorkflowFailedError } from '@temporalio/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorld, type Pipeline, type PipelineWorld } from '../../support/pipeline-world.js';
import { waitUntil } from '../../support/wait-until.js';

let world: PipelineWorld;

beforeEach(async () => {
  world = await openWorld({ partitions: 2 });
  await world.startWorker();
});

afterEach(() => world.close());

/** Why a run failed, as the user reads it. */
async function failure(pipeline: Pipeline): Promise<string> {
  const error = await pipeline.result().then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof WorkflowFailedError)) throw error as Error;
  return error.cause?.message ?? '';
}

/** The last failure of an activity that is being retried. */
async function retriedBecause(pipeline: Pipeline): Promise<string> {
  const { raw } = await pipeline.handle.describe();
  return (raw.pendingActivities ?? []).map(({ lastFailure }) => lastFailure?.message).join();
}

test('a table that holds rows of unknown origin needs a decision', async () => {
  await world.sql(
    `CREATE TABLE ${world.database}.${world.table} (event_id String, event_type String, timestamp DateTime,
     payload String, source String, metadata String, processed_at DateTime DEFAULT now())
     ENGINE = MergeTree ORDER BY event_id`,
  );
  await world.sql(
    `INSERT INTO ${world.database}.${world.table} (event_id) SELECT toString(number) FROM numbers(1234)`,
  );
  await world.produce(10);
  const pipeline = await world.startPipeline();
  expect(await failure(pipeline)).toBe(
    `table stream_events already holds 1,234 rows of unknown origin, and group ${world.groupId} has no offsets, so nothing shows where to continue: give \`from\``,
  );
  const decided = await world.startPipeline({ from: 'earliest', until: 'now' });
  expect(await decided.result()).toMatchObject({ rows: 10, endedBy: 'until' });
});

test('a terminated pipeline continues without duplicates after a restart', async () => {
  await world.produce(20_000);
  const first = await world.startPipeline({ batch: { maxRows: 1_000 } });
  await waitUntil(async () => (await world.ledger()).rows > 3_000, {
    what: 'some batches are done',
  });
  await first.handle.terminate('to start again');
  const second = await world.startPipeline({ batch: { maxRows: 1_700 } });
  await second.caughtUp();
  expect(await world.ledger()).toMatchObject({ rows: 20_000, missing: 0, doubled: 0, wrong: 0 });
});

test('a pipeline that is terminated before its first commit finds its rows again', async () => {
  await world.produce(5_000);
  const first = await world.startPipeline();
  await first.caughtUp();
  await first.handle.terminate('to start again');
  const second = await world.startPipeline({ groupId: `${world.groupId}-other` });
  await waitUntil(async () => (await second.status()).lag === 0, {
    what: 'the second pipeline is at the end',
  });
  expect(await world.ledger()).toMatchObject({ rows: 5_000, missing: 0, doubled: 0 });
});

test('a topic that does not exist yet is awaited by name', async () => {
  const topic = `${world.topic}-later`;
  const pipeline = await world.startPipeline({ topic });
  await waitUntil(
    async () => (await retriedBecause(pipeline)).includes(`"${topic}" does not exist`),
    {
      what: 'the missing topic is named',
    },
  );
});

test('an invalid input fails at once and names the field', async () => {
  const input = { tpoic: 'x' } as object;
  expect(await failure(await world.startPipeline(input))).toContain('tpoic');
});

test('an intended replay duplicates all of its rows in a new epoch', async () => {
  await world.produce(3_000);
  await (await world.startPipeline({ until: 'now' })).result();
  const from = { offsets: { 0: '500', 1: '500' } };
  const replay = { from, until: 'now', existing: 'insert', groupId: `${world.groupId}-r` } as const;
  const result = await (await world.startPipeline(replay, `${world.workflowId}-r`)).result();
  expect(result.rows).toBe(2_000);
  const epochs = await world.sql(
    `SELECT _epoch AS epoch, toString(count()) AS n FROM ${world.database}.${world.table} GROUP BY epoch ORDER BY epoch`,
  );
  expect(epochs).toEqual([
    { epoch: 0, n: '3000' },
    { epoch: 1, n: '2000' },
  ]);
});

test('a backfill over existing rows inserts only what is missing', async () => {
  await world.produce(3_000);
  await (await world.startPipeline({ until: 'now' })).result();
  await world.sql(
    `ALTER TABLE ${world.database}.${world.table} DELETE WHERE _offset % 7 = 0 SETTINGS mutations_sync = 2`,
  );
  const backfill = { from: 'earliest', until: 'now', groupId: `${world.groupId}-b` } as const;
  await (await world.startPipeline(backfill, `${world.workflowId}-b`)).result();
  expect(await world.ledger()).toMatchObject({ rows: 3_000, missing: 0, doubled: 0 });
});
