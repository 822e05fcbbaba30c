// Promise: `verify` names exactly the records without a row and the duplicated rows, distinguishes dead letters and filtered,
// aborted and superseded records from them, and says what it cannot know. Checked on real servers by deleting and inserting rows
// with SQL. The test's own changes are the oracle.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EVENT_CONTRACT } from '../../src/domain/contract/event-contract.js';
import { createDecoder } from '../../src/domain/formats/decoder.js';
import { filtered } from '../../src/domain/contract/verdict.js';
import type { OffsetRange } from '../../src/domain/records/offset-range.js';
import type { PipelineInput } from '../../src/domain/pipeline/settings.js';
import { startInProcessWorker } from '../support/in-process-worker.js';
import {
  kafkajsClient,
  remakeTopic,
  transactionalProducer,
  uniqueName,
  withAdmin,
} from '../support/kafka-topic.js';
import { failureOf, startWorkflow, verified } from '../support/one-shot-workflows.js';
import { openWorld, type PipelineWorld } from '../support/pipeline-world.js';
import { anEvent } from '../support/wider-decoder.js';

let world: PipelineWorld;

beforeEach(async () => {
  world = await openWorld({ partitions: 2 });
});

afterEach(() => world.close());

const rows = () => `${world.database}.${world.table}`;

async function ingested(input: PipelineInput = {}): Promise<void> {
  const id = `${world.workflowId}-${input.groupId ?? ''}`;
  await (await world.startPipeline({ until: 'now', ...input }, id)).result();
}

async function deleted(where: string): Promise<void> {
  await world.sql(`ALTER TABLE ${rows()} DELETE WHERE ${where} SETTINGS mutations_sync = 2`);
}

async function insertedAgain(where: string): Promise<void> {
  await world.sql(
    `INSERT INTO ${rows()} SELECT * FROM ${rows()} WHERE ${where} SETTINGS insert_deduplicate = 0`,
  );
}

const range = (partition: number, first: number, end: number): OffsetRange => ({
  partition,
  first: String(first),
  end: String(end),
});

test('exactly three deleted rows and two duplicated ones are named', async () => {
  await world.startWorker();
  await world.produce(20_000);
  await ingested();
  expect(await verified(world)).toMatchObject({
    ...{ verdict: 'complete', rows: 20_000, identitiesCompared: 22, otherEvents: 0 },
    notes: [expect.stringContaining('The events of 22 of 20,000 rows were compared') as string],
  });
  await deleted('_partition = 0 AND _offset IN (17, 18) OR _partition = 1 AND _offset = 9999');
  await insertedAgain('_partition = 1 AND _offset IN (5, 7)');
  expect(await verified(world)).toMatchObject({
    state: 'completed',
    verdict: 'lost-and-doubled',
    records: 20_000,
    rows: 19_999,
    lost: 3,
    doubled: 2,
    lostRanges: { total: 2, first: [range(0, 17, 19), range(1, 9_999, 10_000)] },
    doubledRanges: { total: 2, first: [range(1, 5, 6), range(1, 7, 8)] },
    partitions: [
      { partition: 0, lost: 2, doubled: 0 },
      { partition: 1, lost: 1, doubled: 2 },
    ],
  });
  const until = { offsets: { 0: '18', 1: '6' } };
  expect(await verified(world, { until })).toMatchObject({ records: 24, lost: 1, doubled: 1 });
  const from = { offsets: { 0: '19', 1: '8' } };
  expect(await verified(world, { from })).toMatchObject({ verdict: 'lost', lost: 1, doubled: 0 });
});

test('rows of other events do not count, and if the sample finds one, all are compared', async () => {
  await world.startWorker();
  await world.produce(4_000);
  await ingested();
  const some = '_partition = 1 AND _offset IN (1000, 1300, 1301)';
  await world.sql(
    `INSERT INTO ${rows()} SELECT * REPLACE (concat('other ', event_id) AS event_id) FROM ${rows()} WHERE ${some}`,
  );
  await deleted(`${some} AND NOT startsWith(event_id, 'other ')`);
  const report = await verified(world);
  expect(report).toMatchObject({
    ...{ verdict: 'lost', records: 4_000, rows: 4_000, doubled: 0 },
    ...{ lost: 3, otherEvents: 3, withoutRecord: 3 },
    lostRanges: { total: 2, first: [range(1, 1_000, 1_001), range(1, 1_300, 1_302)] },
  });
  expect(report.identitiesCompared).toBeGreaterThan(2_000);
  expect(report.notes.join()).toContain('3 of the lost records have a row of another event');
});

test('aborted records and transaction markers are not records, and a row of one has no record', async () => {
  await world.startWorker();
  const producer = transactionalProducer(
    kafkajsClient(world.addresses.kafka),
    uniqueName('verify'),
  );
  await producer.connect();
  for (const isKept of [true, false, true]) {
    const transaction = await producer.transaction();
    const messages = Array.from({ length: 5 }, () => ({ partition: 0, value: anEvent() }));
    await transaction.send({ topic: world.topic, messages });
    await (isKept ? transaction.commit() : transaction.abort());
  }
  await producer.disconnect();
  await ingested();
  expect(await verified(world)).toMatchObject({ verdict: 'complete', records: 10, rows: 10 });
  await world.sql(
    `INSERT INTO ${rows()} SELECT * REPLACE (toUInt64(7) AS _offset) FROM (SELECT * FROM ${rows()} WHERE _offset = 0)`,
  );
  expect(await verified(world)).toMatchObject({
    verdict: 'complete',
    records: 10,
    rows: 11,
    withoutRecord: 1,
  });
});

test('records that the transform filters are not missed, and one that it stores is', async () => {
  const decoder = createDecoder({
    contract: EVENT_CONTRACT,
    transform: (event, row) => (event.event_id.endsWith('0') ? filtered : row),
    path: 'bytes',
  });
  const worker = await startInProcessWorker(world, { decoder });
  await world.produce(2_000);
  await ingested();
  const whole = await verified(world);
  expect(whole).toMatchObject({ verdict: 'complete', records: 2_000, lost: 0 });
  expect(whole.filtered).toBeGreaterThan(50);
  expect(whole.filtered + (whole.rows ?? 0)).toBe(2_000);
  await deleted('_partition = 0 AND _offset < 100');
  const wounded = await verified(world);
  await worker.stop();
  expect(wounded).toMatchObject({ verdict: 'lost', filtered: whole.filtered });
  expect((wounded.lost ?? 0) + (wounded.rows ?? 0)).toBe(whole.rows);
});

test('a replay supersedes rows without duplicating them, even while the live pipeline continues', async () => {
  await world.startWorker();
  await world.produce(4_000);
  await ingested();
  const offsets = (at: number) => ({ offsets: { 0: String(at), 1: String(at) } });
  const replay = { from: offsets(500), until: offsets(1_000), existing: 'insert' } as const;
  await ingested({ ...replay, groupId: `${world.groupId}-replay` });
  await world.produce(1_000);
  // After a restart, the live pipeline adopts the newest epoch of the table.
  await ingested();
  expect(await verified(world)).toMatchObject({
    verdict: 'complete',
    records: 5_000,
    rows: 5_000,
    olderEpochs: 1_000,
    doubled: 0,
  });
  await deleted('_partition = 0 AND _offset IN (700, 1200)');
  const report = await verified(world);
  expect(report).toMatchObject({ verdict: 'lost', lost: 2, olderEpochs: 999 });
  expect(report.lostRanges.first).toEqual([range(0, 700, 701), range(0, 1_200, 1_201)]);
});

test('rows of a deleted topic do not cover records of a new topic of the same name', async () => {
  await world.startWorker();
  await world.produce(1_000);
  await ingested();
  const made = { topic: world.topic, numPartitions: 2 };
  await withAdmin(world.addresses.kafka, (admin) => remakeTopic(admin, made));
  const producer = kafkajsClient(world.addresses.kafka).producer();
  await producer.connect();
  const messages = Array.from({ length: 400 }, (_, index) => ({
    partition: 0,
    value: anEvent({ event_id: `new-${index}` }),
  }));
  await producer.send({ topic: world.topic, messages, acks: -1 });
  await producer.disconnect();
  const before = await verified(world, { groupId: `${world.groupId}-new` });
  // No row of the deleted topic counts as a record of the new one, and none is passed over silently.
  expect(before).toMatchObject({ verdict: 'lost', records: 400, rows: 0, lost: 400, doubled: 0 });
  expect(before.notes.join()).toMatch(/1,000 rows .* belong to other logs \(topic id [\w-]{22}\)/);
  const start = { from: 'earliest', existing: 'insert', log: 'new' } as const;
  await ingested({ ...start, groupId: `${world.groupId}-new` });
  await deleted('_epoch = 1 AND _offset IN (3, 4)');
  const report = await verified(world, { groupId: `${world.groupId}-new` });
  expect(report).toMatchObject({ verdict: 'lost', records: 400, rows: 398, lost: 2 });
  expect(report.lostRanges.first).toEqual([range(0, 3, 5)]);
});

test('verify compares counts without lineage, and says so', async () => {
  await world.sql(
    `CREATE TABLE ${rows()} (event_id String, event_type String, timestamp DateTime, payload String, source String,
     metadata String) ENGINE = MergeTree ORDER BY event_id`,
  );
  await world.startWorker();
  await world.produce(1_000);
  await ingested();
  await deleted("endsWith(event_id, '0')");
  const [left] = await world.sql<{ n: string }>(`SELECT toString(count()) AS n FROM ${rows()}`);
  const report = await verified(world);
  expect(report).toMatchObject({
    verdict: 'unknown',
    records: 1_000,
    rows: Number(left?.n),
    lost: null,
    doubled: null,
  });
  expect(report.notes.join()).toContain(`${1_000 - Number(left?.n)} fewer than there should be`);
});

test('uncommitted records are not missed unless the input asks for them', async () => {
  await world.startWorker();
  await world.produce(100);
  await ingested();
  await world.produce(60);
  expect(await verified(world)).toMatchObject({ verdict: 'complete', records: 100, offsets: 100 });
  const all = await verified(world, { until: 'now' });
  expect(all).toMatchObject({ verdict: 'lost', records: 160, lost: 60 });
  expect(all.notes.join()).toContain('may still insert them');
});

test('questions that cannot be answered fail at once with the reason', async () => {
  await world.startWorker();
  const failure = async (input: object) =>
    failureOf((await startWorkflow(world, 'verify', input)).result());
  expect(await failure({ tpoic: 'x' })).toContain('tpoic');
  expect(await failure({})).toContain('there is nothing to compare with');
  await ingested();
  expect(await failure({ topic: 'no-such-topic' })).toContain('"no-such-topic" does not exist');
  const group = { groupId: `${world.groupId}-other`, until: 'committed' };
  expect(await failure(group)).toContain('has no offsets for topic');
});
