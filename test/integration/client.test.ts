// Promise: every call of `millrace/client` does what its docstring says on a running pipeline, and what is impossible is a
// `ClientError` whose kind and message say why. Checked on real servers, and by asking ClickHouse.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ClientError,
  getPipeline,
  getRedrive,
  getVerify,
  type PipelineHandle,
  startPipeline,
  startRedrive,
  startVerify,
} from '../../src/client.js';
import { kafkajsClient } from '../support/kafka-topic.js';
import { openWorld, type PipelineWorld } from '../support/pipeline-world.js';
import { waitUntil } from '../support/wait-until.js';

const EVENTS = 500;
/** Differs from the name in the worker's environment, so that a call without names must take it from the pipeline. */
const TABLE = 'events_of_the_client';

let world: PipelineWorld;
let pipeline: PipelineHandle;
let taskQueue: string;

beforeAll(async () => {
  world = await openWorld({ partitions: 2 });
  taskQueue = world.environment['MILLRACE_TASK_QUEUE'] ?? '';
  await world.startWorker();
  const producer = kafkajsClient(world.addresses.kafka).producer();
  await producer.connect();
  await producer.send({ topic: world.topic, messages: [{ value: 'no JSON', partition: 0 }] });
  await producer.disconnect();
  await world.produce(EVENTS);
});

afterAll(async () => {
  await world.client.workflow
    .getHandle(world.workflowId)
    .terminate()
    .catch(() => undefined);
  await world.close();
});

/** The error of a call. Fails if there is none, or one of another class. */
async function errorOf(call: Promise<unknown>): Promise<ClientError> {
  const error = await call.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ClientError)) throw error as Error;
  return error;
}

const state = async () => (await pipeline.status()).state;

test('startPipeline starts a pipeline, and started() resolves once a worker has accepted it', async () => {
  const start = { workflowId: world.workflowId, taskQueue };
  pipeline = await startPipeline(world.client, { table: TABLE }, start);
  expect(pipeline.workflowId).toBe(world.workflowId);
  expect(await pipeline.started()).toMatchObject({
    guarantee: { level: 'exactly-once' },
    settings: { topic: world.topic, groupId: world.groupId },
  });
});

test('a second start under the same id is refused', async () => {
  const start = { workflowId: world.workflowId, taskQueue };
  const error = await errorOf(startPipeline(world.client, {}, start));
  expect(error).toMatchObject({ kind: 'running', workflowId: world.workflowId });
  expect(error.message).toContain(`a workflow with the id ${world.workflowId} is already running`);
});

test('a start that the worker refuses rejects started() with the reason', async () => {
  const workflowId = `${world.workflowId}-refused`;
  const refused = await startPipeline(world.client, { lanes: -1 }, { workflowId, taskQueue });
  const error = await errorOf(refused.started());
  expect(error).toMatchObject({ kind: 'failed', failureType: 'InvalidInput', workflowId });
  expect(error.message).toContain('lanes');
});

test('every call on a handle of a missing workflow says that it does not exist', async () => {
  const nobody = getPipeline(world.client, 'no-such-pipeline');
  const calls = [
    () => nobody.status(),
    () => nobody.batches(),
    () => nobody.started(),
    () => nobody.pause(),
    () => nobody.resume(),
    () => nobody.stop(),
    () => nobody.configure({ lanes: 2 }),
    () => nobody.resolveHold({ partition: 'all', action: 'retry' }),
    () => nobody.result(),
    () => nobody.verify(),
    () => nobody.redrive(),
    () => getVerify(world.client, 'no-such-pipeline').report(),
    () => getRedrive(world.client, 'no-such-pipeline').status(),
  ];
  for (const call of calls) {
    const error = await errorOf(call());
    expect(error, String(call)).toMatchObject({
      ...{ kind: 'not-found', workflowId: 'no-such-pipeline' },
      message: expect.stringContaining('no-such-pipeline') as string,
    });
  }
});

test('status and batches report what was moved', async () => {
  await waitUntil(
    async () => {
      const { rows, deadLetters } = (await pipeline.status()).totals;
      return rows + deadLetters === EVENTS + 1;
    },
    { what: 'every record is decided about' },
  );
  expect((await pipeline.status()).totals).toMatchObject({ rows: EVENTS, deadLetters: 1 });
  const batches = await getPipeline(world.client, world.workflowId).batches();
  expect(batches.reduce((sum, { rows }) => sum + rows, 0)).toBe(EVENTS);
});

test('pause stops planning, and resume continues it', async () => {
  await pipeline.pause('maintenance');
  const { state: paused, detail } = await pipeline.status();
  expect(paused).toBe('paused');
  expect(detail).toContain('maintenance');
  await pipeline.resume();
  expect(await state()).toBe('running');
});

test('configure returns the new settings, and refuses what cannot change', async () => {
  expect(await pipeline.configure({ lanes: 3 })).toMatchObject({ lanes: 3, topic: world.topic });
  await waitUntil(async () => (await pipeline.status()).settings?.lanes === 3, {
    what: 'the pipeline has three lanes',
  });
  const error = await errorOf(pipeline.configure({ lanes: -1 }));
  expect(error.kind).toBe('refused');
  expect(error.message).toContain('lanes');
});

test('resolveHold is refused if nothing is held', async () => {
  const error = await errorOf(pipeline.resolveHold({ partition: 0, action: 'retry' }));
  expect(error.kind).toBe('refused');
  expect(error.message).toContain('partition 0 is not held');
});

test('verify uses the names of the pipeline, and startVerify those of its arguments', async () => {
  const comparison = await pipeline.verify({ until: 'now' });
  const found = { verdict: 'complete', rows: EVENTS, deadLetters: 1, lost: 0, doubled: 0 };
  expect(await comparison.result()).toMatchObject({ ...found, groupId: world.groupId });
  const again = getVerify(world.client, comparison.workflowId);
  expect(await again.report()).toMatchObject({ ...found, state: 'completed' });
  const workflowId = `${world.workflowId}-other-table`;
  const other = { topic: world.topic, table: `${world.database}.no_such_table` };
  const missing = await startVerify(world.client, other, { workflowId, taskQueue });
  expect((await errorOf(missing.result())).message).toContain('no_such_table');
  expect((await errorOf(missing.stop())).kind).toBe('not-found');
});

test('redrive is a dry run by default', async () => {
  const dry = await (await pipeline.redrive()).result();
  expect(dry).toMatchObject({ dryRun: true, chosen: 1, rejected: 1, dropped: 0 });
  expect(await openDeadLetters()).toBe(1);
  const input = { topic: world.topic, table: TABLE, action: 'drop', dryRun: false } as const;
  const workflowId = `${world.workflowId}-drop`;
  const dropping = await startRedrive(world.client, input, { workflowId, taskQueue });
  expect(await dropping.result()).toMatchObject({ dryRun: false, dropped: 1 });
  expect(await openDeadLetters()).toBe(0);
  expect(await getRedrive(world.client, workflowId).status()).toMatchObject({ dropped: 1 });
  expect((await errorOf(dropping.stop())).kind).toBe('not-found');
});

test('stop completes the pipeline with its totals, and the pipeline then takes no messages and still answers queries', async () => {
  await pipeline.stop('enough');
  const ended = { endedBy: 'stop', rows: EVENTS, deadLetters: 1 };
  expect(await pipeline.result()).toMatchObject(ended);
  expect((await pipeline.status()).totals.rows).toBe(EVENTS);
  expect(await errorOf(pipeline.pause())).toMatchObject({ kind: 'not-found' });
  expect((await (await pipeline.verify()).result()).verdict).toBe('complete');
});

test('a terminated pipeline has no result', async () => {
  const workflowId = `${world.workflowId}-ended`;
  const { groupId } = world;
  const other = await startPipeline(world.client, { groupId }, { workflowId, taskQueue });
  await other.workflow.terminate('by the test');
  const error = await errorOf(other.result());
  expect(error).toMatchObject({ kind: 'ended', workflowId });
});

async function openDeadLetters(): Promise<number> {
  const [row] = await world.sql<{ n: string }>(
    `SELECT toString(count()) AS n FROM ${world.database}.${TABLE}_dead_letters FINAL WHERE status = 'open'`,
  );
  return Number(row?.n);
}
