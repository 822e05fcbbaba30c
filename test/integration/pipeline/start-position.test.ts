// Promise: `from` says where a group begins, not where it continues. Repeating the same start command reads nothing twice, skips
// nothing, and reports that it continued. `replay` reads again, says beforehand how much, and does so once per start command.
// Checked on real servers, by the content of the table.
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { produceFast } from '../../../dev/events/fast-producer.js';
import type { PipelineInput } from '../../../src/domain/pipeline/settings.js';
import { withAdmin } from '../../support/kafka-topic.js';
import { openWorld, type Pipeline, type PipelineWorld } from '../../support/pipeline-world.js';
import { waitUntil } from '../../support/wait-until.js';

const EVENTS = 2_000;

let world: PipelineWorld;

beforeEach(async () => {
  world = await openWorld({ partitions: 2 });
  await world.startWorker();
});

afterEach(() => world.close());

async function idle(pipeline: Pipeline): Promise<void> {
  await waitUntil(
    async () => {
      const { state, lag, inHand } = await pipeline.status();
      const working = inHand.some(({ what }) => what.startsWith('batch'));
      return state === 'running' && lag === 0 && !working;
    },
    { what: 'the pipeline is at the end of the log' },
  );
}

/** Starts, waits until everything was moved, and stops. */
async function moved(input: PipelineInput): Promise<readonly string[]> {
  const pipeline = await world.startPipeline(input);
  await idle(pipeline);
  const { warnings } = await pipeline.status();
  await pipeline.signal('stop');
  await pipeline.result();
  return warnings;
}

async function rowsByEpoch(): Promise<readonly (readonly [epoch: number, rows: number])[]> {
  const rows = await world.sql<{ epoch: number; n: string }>(
    `SELECT _epoch AS epoch, toString(count()) AS n FROM ${world.database}.${world.table} GROUP BY epoch ORDER BY epoch`,
  );
  return rows.map(({ epoch, n }) => [epoch, Number(n)]);
}

test('a restart from "earliest" continues, and says so once', async () => {
  await world.produce(EVENTS);
  expect(await moved({ from: 'earliest' })).toEqual([]);
  await world.produce(EVENTS);
  const warnings = await moved({ from: 'earliest' });
  expect(await world.ledger()).toMatchObject({ rows: 2 * EVENTS, missing: 0, doubled: 0 });
  expect(warnings.filter((text) => text.includes('"from"'))).toEqual([
    `"from":"earliest" does not apply where group ${world.groupId} has an offset: the run continues from there (partition 0 at ${EVENTS / 2}, partition 1 at ${EVENTS / 2}). To read records again, start with "replay":true`,
  ]);
});

test('a restart from "latest" skips nothing that arrived while it was stopped', async () => {
  await world.produce(EVENTS);
  await moved({ from: 'latest' });
  expect((await world.ledger()).rows).toBe(0);
  await world.produce(EVENTS);
  await moved({ from: 'latest', lanes: 2 });
  expect(await world.ledger()).toMatchObject({ rows: EVENTS, missing: EVENTS, doubled: 0 });
});

test('a restart from a timestamp or from offsets continues', async () => {
  await world.produce(EVENTS);
  const offsets = { from: { offsets: { 0: '400', 1: '300' } } };
  await moved(offsets);
  expect((await world.ledger()).rows).toBe(EVENTS - 700);
  await world.produce(EVENTS);
  await moved(offsets);
  await moved({ from: { timestamp: '2020-01-01T00:00:00Z' } });
  expect(await world.ledger()).toMatchObject({ rows: 2 * EVENTS - 700, doubled: 0 });
});

test('a group that has lost its offsets finds its rows again', async () => {
  await world.produce(EVENTS);
  await moved({ from: 'earliest' });
  await withAdmin(world.addresses.kafka, (admin) => admin.deleteGroups([world.groupId]));
  await moved({ from: 'earliest' });
  expect(await world.ledger()).toMatchObject({ rows: EVENTS, missing: 0, doubled: 0 });
});

test('a partition that was added during a stop is read from its start', async () => {
  await world.produce(EVENTS);
  await moved({ from: 'latest' });
  await withAdmin(world.addresses.kafka, (admin) =>
    admin.createPartitions({ topicPartitions: [{ topic: world.topic, count: 3 }] }),
  );
  const { topic, seed, addresses } = world;
  await produceFast({ brokers: addresses.kafka, topic, seed, partitions: 3, count: EVENTS });
  const warnings = await moved({ from: 'latest' });
  expect(await rowsByEpoch()).toEqual([[0, EVENTS]]);
  expect(warnings.join()).toContain('Without one: partition 2 at 0.');
});

const REPLAY = { from: { offsets: { 0: '500', 1: '1000' } }, replay: true } as const;

test('a replay says how much it reads again, and marks its rows with the next epoch', async () => {
  await world.produce(EVENTS);
  await moved({});
  const warnings = await moved(REPLAY);
  const said =
    '"replay" reads up to 500 records again, and their rows will be duplicated (partition 0 500 to 1000 as epoch 1)';
  expect(warnings).toEqual([said]);
  expect(await rowsByEpoch()).toEqual([
    [0, EVENTS],
    [1, 500],
  ]);
  const lines = () =>
    (world.workers[0]?.log().split('\n') ?? []).filter((line) =>
      line.includes('reads up to 500 records again'),
    );
  await waitUntil(() => lines().length > 0, { what: 'the log says what is read again' });
  expect(lines()).toHaveLength(1);
});

test('only a new start repeats a replay, not a new run, another worker or a reset', async () => {
  await world.produce(EVENTS);
  await moved({});
  const pipeline = await world.startPipeline(REPLAY);
  await idle(pipeline);
  const once = [
    [0, EVENTS],
    [1, 500],
  ];
  expect(await rowsByEpoch()).toEqual(once);
  await pipeline.handle.executeUpdate('configure', { args: [{ lanes: 1 }] });
  world.workers[0]?.kill('SIGKILL');
  await world.startWorker();
  await idle(pipeline);
  expect(await rowsByEpoch()).toEqual(once);
  await pipeline.signal('stop');
  await pipeline.result();

  const stopped = await world.startPipeline(REPLAY);
  await idle(stopped);
  const twice = [...once, [2, 500]];
  expect(await rowsByEpoch()).toEqual(twice);
  await resetToStart(stopped);
  await idle(stopped);
  expect((await stopped.status()).warnings.join()).toContain('not repeated');
  expect(await rowsByEpoch()).toEqual(twice);
});

/**
 * As `temporal workflow reset --type FirstWorkflowTask` does: everything is done again, including the resolution of
 * offsets.
 */
async function resetToStart(pipeline: Pipeline): Promise<void> {
  const { workflowId, runId } = await pipeline.handle.describe();
  const { events = [] } = await pipeline.handle.fetchHistory();
  const firstTask = events?.find(({ workflowTaskCompletedEventAttributes: task }) => task);
  await world.client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId, runId },
    reason: 'a test',
    workflowTaskFinishEventId: firstTask?.eventId ?? null,
    requestId: randomUUID(),
  });
}
