// Promise: `millrace list` shows every open pipeline of a namespace, more than 1,000 of them as well, with what its workflow says:
// running, paused and held ones by name, those that no worker answers for with what Temporal recorded, and no ended one. Checked
// with the command in a process of its own on a Temporal of its own, because 1,000 pipelines would disturb other tests.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { kafkajsClient } from '../../support/kafka-topic.js';
import { openWorld, type PipelineWorld } from '../../support/pipeline-world.js';
import { type OwnTemporal, startOwnTemporal } from '../../support/temporal-own.js';
import { waitUntil } from '../../support/wait-until.js';

/** Temporal's largest page has 1,000. */
const UNANSWERED = 1_050;
const STARTED_AT_ONCE = 50;
const REJECTED = 1_500;

interface Listed {
  readonly namespace: string;
  readonly pipelines: readonly (Record<string, unknown> & { readonly workflowId: string })[];
}

let temporal: OwnTemporal;
let world: PipelineWorld;

beforeAll(async () => {
  temporal = await startOwnTemporal();
  world = await openWorld({ addresses: temporal.addresses, partitions: 1 });
});

afterAll(async () => {
  await world.close();
  await temporal.stop();
});

async function list(...given: readonly string[]): Promise<string> {
  const command = join(inject('workerBuild'), 'cli/main.js');
  const { stdout } = await promisify(execFile)(process.execPath, [command, 'list', ...given], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...world.environment },
    maxBuffer: 100_000_000,
  });
  return stdout;
}

async function listed(): Promise<Listed> {
  return JSON.parse(await list('--json')) as Listed;
}

/** Visibility is later than the workflows. */
async function untilListed(id: string, isAsExpected: (pipeline: unknown) => boolean) {
  await waitUntil(
    async () =>
      isAsExpected((await listed()).pipelines.find(({ workflowId }) => workflowId === id)),
    { what: `list shows ${id} as expected` },
  );
}

test('no open pipeline is a sentence, and an empty list with --json', async () => {
  expect(await list()).toBe(
    'No pipeline is open in namespace default of Temporal. `millrace start <pipeline>` starts one.\n',
  );
  expect(await listed()).toEqual({ namespace: 'default', pipelines: [] });
});

test('running, paused and held pipelines, each with its route, lag and reason', async () => {
  const { topic, workflowId: id, table } = world;
  await world.startWorker();
  const running = await world.startPipeline();
  const paused = await world.startPipeline({ groupId: `${id}-2`, table: `${table}_2` }, `${id}-2`);
  await world.startPipeline({ groupId: `${id}-3`, table: `${table}_3`, topic }, `${id}-3`);
  const stopped = await world.startPipeline({ groupId: `${id}-4`, table: `${table}_4` }, `${id}-4`);
  await paused.signal('pause', { reason: 'maintenance' });
  await world.produce(100);
  await untilListed(id, (each) => JSON.stringify(each ?? null).includes('"lag":0'));
  await stopped.signal('stop');
  await stopped.result();
  await untilListed(`${id}-2`, (each) => JSON.stringify(each ?? null).includes('"state":"paused"'));

  const { pipelines } = await listed();
  expect(pipelines.map(({ workflowId }) => workflowId)).toEqual([id, `${id}-2`, `${id}-3`]);
  expect(pipelines[0]).toEqual({
    ...{ workflowId: id, taskQueue: id, state: 'running', detail: expect.any(String) as string },
    ...{ topic, groupId: id, table, lag: 0, holds: {}, noAnswer: null, lastFailure: null },
    rowsPerSecond: expect.any(Number) as number,
  });
  expect(pipelines[1]).toMatchObject({ state: 'paused', noAnswer: null });
  const text = await list();
  expect(text).toContain(`${topic} → ${table}`);
  expect(text).toMatch(/PAUSED .*maintenance/);
  expect(text).toContain('3 open pipelines in namespace default');

  const producer = kafkajsClient(world.addresses.kafka).producer();
  await producer.connect();
  const messages = Array.from({ length: REJECTED }, () => ({ value: 'no event', partition: 0 }));
  await producer.send({ topic, messages });
  await producer.disconnect();
  await untilListed(id, (each) => JSON.stringify(each ?? null).includes('"TooManyRejections":1'));
  expect(await list()).toMatch(/HELD .*held partitions: TooManyRejections 1/);
  expect((await running.status()).holds).toHaveLength(1);
});

test('more than 1,000 pipelines that no worker answers for are all listed, and say so', async () => {
  const { client } = world;
  const before = (await listed()).pipelines.length;
  const ids = Array.from({ length: UNANSWERED }, (_, index) => `unanswered-${index}`);
  for (let first = 0; first < ids.length; first += STARTED_AT_ONCE) {
    await Promise.all(
      ids
        .slice(first, first + STARTED_AT_ONCE)
        .map((workflowId) =>
          client.workflow.start('pipeline', { workflowId, taskQueue: 'nobody', args: [] }),
        ),
    );
  }
  await waitUntil(
    async () =>
      (await client.workflow.count('TaskQueue = "nobody" AND CloseTime IS NULL')).count ===
      UNANSWERED,
    { what: 'visibility has all of them' },
  );
  const { pipelines } = await listed();
  expect(pipelines).toHaveLength(before + UNANSWERED);
  const unanswered = pipelines.filter(({ taskQueue }) => taskQueue === 'nobody');
  expect(new Set(unanswered.map(({ workflowId }) => workflowId))).toEqual(new Set(ids));
  for (const { state, noAnswer } of unanswered) {
    expect(state).toBeNull();
    expect(noAnswer).toBe('no worker runs on task queue nobody');
  }
  expect(pipelines.filter(({ noAnswer }) => noAnswer === null)).toHaveLength(before);
});

test('without its worker, a pipeline is listed with what Temporal recorded', async () => {
  await Promise.all(world.workers.map((worker) => worker.stop()));
  const { workflowId: id, topic, table } = world;
  await untilListed(id, (each) => JSON.stringify(each ?? null).includes('no worker answered'));
  const { pipelines } = await listed();
  expect(pipelines.find(({ workflowId }) => workflowId === id)).toMatchObject({
    ...{ state: 'held', topic, table, lag: null, rowsPerSecond: null },
    holds: { TooManyRejections: 1 },
  });
});
