// Promise: if a decision is needed, only the affected partitions are held, with the cause and the commands that end it on the
// details page. The others continue, and the copied command does what it says. Checked by causing each hold on real servers, and
// by running the command with the program `temporal`.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Hold, HoldReason } from '../../../src/domain/holds/hold.js';
import { remakeTopic, withAdmin } from '../../support/kafka-topic.js';
import { type OwnTopic, openTopic } from '../../support/own-topic.js';
import { openWorld, type Pipeline, type PipelineWorld } from '../../support/pipeline-world.js';
import { commandOn, detailsPage, runCommand } from '../../support/user-commands.js';
import { waitUntil } from '../../support/wait-until.js';
import { anEvent } from '../../support/wider-decoder.js';

let world: PipelineWorld;
let own: OwnTopic;

beforeAll(async () => {
  world = await openWorld({ environment: { BATCH_INTERVAL_SECONDS: '0.2' } });
  await world.startWorker();
});

beforeEach(async () => {
  own = await openTopic(world, 2);
});

afterAll(() => world.close());

/** Both partitions in one lane, so that a batch has ranges of both. */
const start = () => own.start({ lanes: 1 });
const events = (count: number) => Array.from({ length: count }, () => anEvent());
const rowsIn = (partition: number) => `${own.rows} WHERE _partition = ${partition}`;

async function held(pipeline: Pipeline, reason: HoldReason, partitions: readonly number[]) {
  let holds: readonly Hold[] = [];
  await waitUntil(
    async () => (holds = (await pipeline.status()).holds).length >= partitions.length,
    {
      what: `partitions ${partitions.join()} are held`,
    },
  );
  expect(holds.map((hold) => hold.reason)).toEqual(partitions.map(() => reason));
  expect(holds.map(({ partition }) => partition).sort()).toEqual(partitions);
  return holds;
}

/** Copies the command from the page and runs it. */
async function resolve(
  { handle: { workflowId } }: Pipeline,
  partition: number,
  action: string,
): Promise<void> {
  const page = await detailsPage(workflowId, world.addresses.temporal);
  expect(page).toContain(`Partition ${partition} is held`);
  await runCommand(commandOn(page, partition, action), world.addresses.temporal);
}

test('DataLost: offsets that retention deleted are recorded, and the rest is moved', async () => {
  const pipeline = await start();
  await own.produce(0, events(10));
  await own.untilCount(rowsIn(0), 10);
  await pipeline.signal('pause', { reason: 'too long a pause' });
  await own.produce(0, events(20));
  const { topic } = own.names;
  await withAdmin(world.addresses.kafka, async (admin) => {
    // kafkajs finds the leader in metadata that this call loads.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '25' }] });
  });
  await pipeline.signal('resume');
  const [hold] = await held(pipeline, 'DataLost', [0]);
  expect(hold?.detail).toContain('[10, 25)');
  await own.produce(1, events(10));
  await own.untilCount(rowsIn(1), 10);
  expect(await own.count(rowsIn(0))).toBe(10);
  await resolve(pipeline, 0, 'continue');
  await own.untilCount(rowsIn(0), 15);
  await waitUntil(async () => (await pipeline.status()).totals.rows === 25, { what: 'it says so' });
  expect(await pipeline.status()).toMatchObject({ holds: [], totals: { skipped: 15 } });
  expect(await own.verified()).toMatchObject({ verdict: 'complete', records: 15, lost: 0 });
});

test('TopicRewound: a recreated topic is read from its start, each partition by its own decision', async () => {
  const pipeline = await start();
  await Promise.all([own.produce(0, events(30)), own.produce(1, events(30))]);
  await own.untilCount(own.rows, 60);
  const made = { topic: own.names.topic, numPartitions: 2 };
  await withAdmin(world.addresses.kafka, (admin) => remakeTopic(admin, made));
  // More than before, so that the log ends alone reveal nothing.
  await Promise.all([own.produce(0, events(40)), own.produce(1, events(40))]);
  await held(pipeline, 'TopicRewound', [0, 1]);
  await resolve(pipeline, 0, 'continue');
  await own.untilCount(rowsIn(0), 70);
  await held(pipeline, 'TopicRewound', [1]);
  expect(await own.count(rowsIn(1))).toBe(30);
  await resolve(pipeline, 1, 'continue');
  await own.untilCount(rowsIn(1), 70);
  await waitUntil(async () => (await pipeline.status()).lag === 0, { what: 'it has committed' });
  expect(await own.verified()).toMatchObject({ verdict: 'complete', records: 80, lost: 0 });
});

test('TooManyRejections: rejected records of one partition wait, and become dead letters once a person decides so', async () => {
  const pipeline = await start();
  await pipeline.signal('pause', { reason: 'so that one batch holds both' });
  const newer = Array.from({ length: 1_500 }, () => '{"event":"of a newer kind"}');
  await Promise.all([own.produce(0, newer), own.produce(1, events(50))]);
  await pipeline.signal('resume');
  const [hold] = await held(pipeline, 'TooManyRejections', [0]);
  expect(hold?.detail).toContain('missing_field 1500');
  await own.untilCount(rowsIn(1), 50);
  expect(await own.count(own.letters)).toBe(0);
  await resolve(pipeline, 0, 'continue');
  await own.untilCount(`${own.letters} WHERE reason = 'missing_field'`, 1_500);
  await waitUntil(async () => (await pipeline.status()).lag === 0, { what: 'it has committed' });
  expect(await own.verified()).toMatchObject({
    verdict: 'complete',
    ...{ deadLetters: 1_500, rows: 50 },
  });
});

test('GroupOwnedElsewhere: of two pipelines in one group, the later one holds what the other has committed', async () => {
  const first = await start();
  await own.produce(0, events(10));
  await waitUntil(async () => (await first.status()).totals.rows === 10, {
    what: 'the first pipeline has committed',
  });
  await first.signal('pause', { reason: 'it runs, and moves nothing' });
  const { topic, table } = own.names;
  const second = await own.start({ lanes: 1, table: `${table}_2` }, `${topic}-second`);
  await Promise.all([own.produce(0, events(10)), own.produce(1, events(10))]);
  const [hold] = await held(second, 'GroupOwnedElsewhere', [0]);
  expect(hold?.detail).toContain(`Workflow ${topic} runs and commits to group ${topic}`);
  await own.untilCount(`${own.rows}_2 WHERE _partition = 1`, 10);
  await first.signal('stop', { reason: 'there must be one' });
  await first.result();
  await resolve(second, 0, 'retry');
  await own.untilCount(`${own.rows}_2 WHERE _partition = 0`, 10);
  expect((await second.status()).holds).toEqual([]);
});

test('TableReplaced: a recreated table is filled from the log, and all partitions write to it', async () => {
  const pipeline = await start();
  await Promise.all([own.produce(0, events(30)), own.produce(1, events(30))]);
  await waitUntil(async () => (await pipeline.status()).totals.rows === 60, {
    what: 'all is moved',
  });
  await world.sql(`CREATE TABLE ${own.rows}_copy AS ${own.rows}`);
  await world.sql(`EXCHANGE TABLES ${own.rows} AND ${own.rows}_copy`);
  await own.produce(0, events(10));
  const [hold] = await held(pipeline, 'TableReplaced', [0]);
  expect(hold?.detail).toContain('was recreated');
  // Filled with everything that the log still has.
  await resolve(pipeline, 0, 'skipTo');
  await own.untilCount(rowsIn(0), 40);
  // The decision about the table applies to all.
  await own.produce(1, events(10));
  await own.untilCount(rowsIn(1), 10);
  await waitUntil(async () => (await pipeline.status()).lag === 0, { what: 'it has committed' });
  expect((await pipeline.status()).holds).toEqual([]);
  expect(await own.verified()).toMatchObject({ verdict: 'lost', records: 80, lost: 30 });
});
