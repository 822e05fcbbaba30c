// Promise: dead letters that are events under the current contract become rows under their own lineage, once, whatever fails or
// runs at the same time. The others stay open and say why, and nothing of a dead letter is lost. Checked on real servers: a
// strict worker rejects records, a worker with a wider contract inserts them, and SQL shows the result.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type InProcessWorker, startInProcessWorker } from '../support/in-process-worker.js';
import { kafkajsClient } from '../support/kafka-topic.js';
import { redriven, startWorkflow, verified } from '../support/one-shot-workflows.js';
import { openWorld, type PipelineWorld } from '../support/pipeline-world.js';
import { anEvent, WIDER_DECODER } from '../support/wider-decoder.js';

const PARTITIONS = 2;
/** In each partition, ten times: the result under the strict contract, and under the wider one. */
const LOT: readonly (readonly [value: string, strict: string, wider: string])[] = [
  [anEvent(), 'row', 'row'],
  [anEvent({ source: undefined }), 'missing_field', 'row'],
  ['{"event_id":', 'invalid_json', 'invalid_json'],
  [anEvent({ source: undefined, metadata: 7 }), 'missing_field', 'wrong_type'],
  [anEvent({ source: '' }), 'empty_string', 'empty_string'],
];
const TIMES = 10;

let world: PipelineWorld;
let wider: InProcessWorker;

beforeAll(async () => {
  world = await openWorld({ partitions: PARTITIONS });
  const producer = kafkajsClient(world.addresses.kafka).producer();
  await producer.connect();
  for (let partition = 0; partition < PARTITIONS; partition++) {
    for (let time = 0; time < TIMES; time++) {
      const messages = LOT.map(([value], index) => ({
        partition,
        key: Buffer.from([0xfe, index]),
        value,
        headers: { trace: Buffer.from([time, 0xff]) },
      }));
      await producer.send({ topic: world.topic, messages, acks: -1 });
    }
  }
  await producer.disconnect();
  const strict = await world.startWorker();
  await (await world.startPipeline({ until: 'now' })).result();
  await strict.stop();
  wider = await startInProcessWorker(world, { decoder: WIDER_DECODER });
});

afterAll(async () => {
  await wider.stop();
  await world.close();
});

const letters = () => `${world.database}.${world.table}_dead_letters`;
const rows = () => `${world.database}.${world.table}`;

/** Every stored row of both tables, current and replaced versions alike. */
async function everything() {
  return Promise.all([
    world.sql(`SELECT * FROM ${rows()} ORDER BY ALL`),
    world.sql(`SELECT *, hex(value) AS bytes FROM ${letters()} ORDER BY ALL`),
  ]);
}

/** Everything of a dead letter except what a redrive may change. */
async function constant() {
  return world.sql<Record<string, string>>(
    `SELECT _topic, _epoch, _partition, toString(_offset) AS offset, toString(_end) AS end, _timestamp, hex(_key) AS key,
     arrayMap(h -> (h.1, hex(h.2)), _headers) AS headers, hex(value) AS value, batch
     FROM ${letters()} FINAL ORDER BY _partition, _offset`,
  );
}

async function statuses(): Promise<Record<string, number>> {
  const found = await world.sql<{ status: string; reason: string; n: string }>(
    `SELECT toString(status) AS status, toString(reason) AS reason, toString(count()) AS n FROM ${letters()} FINAL GROUP BY ALL`,
  );
  return Object.fromEntries(
    found.map(({ status, reason, n }) => [`${status} ${reason}`, Number(n)]),
  );
}

test('a dry run says what would become of each dead letter, and changes nothing', async () => {
  const before = await everything();
  const report = await redriven(world);
  expect(report).toMatchObject({
    state: 'completed',
    dryRun: true,
    chosen: 80,
    letters: 80,
    redriven: 20,
    redrivenByReason: { missing_field: 20 },
    rejected: 60,
    rejectedByReason: { invalid_json: 20, wrong_type: 20, empty_string: 20 },
    alreadyThere: 0,
  });
  expect(report.notes.join()).toContain('"dryRun": false');
  expect(await everything()).toEqual(before);
});

test('a redrive selects by reason, stage, partition, range and time', async () => {
  const chosen = async (input: object) => (await redriven(world, input)).letters;
  expect(await chosen({ reasons: ['empty_string', 'invalid_json'] })).toBe(40);
  expect(await chosen({ stages: ['decode'] })).toBe(20);
  expect(await chosen({ partitions: [1] })).toBe(40);
  expect(await chosen({ ranges: [{ partition: 0, first: '1', end: '4' }] })).toBe(3);
  expect(await chosen({ until: '2020-01-01T00:00:00Z' })).toBe(0);
  expect(await chosen({ since: '2020-01-01T00:00:00Z' })).toBe(80);
  expect(await chosen({ topic: 'another' })).toBe(0);
});

test('two concurrent redrives and a later one insert each row once', async () => {
  const kept = await constant();
  const both = await Promise.all([
    startWorkflow(world, 'redrive', { dryRun: false }),
    startWorkflow(world, 'redrive', { dryRun: false, partitions: [0] }),
  ]);
  const reports: unknown[] = await Promise.all(both.map((handle) => handle.result()));
  expect(reports).toMatchObject([{ state: 'completed' }, { state: 'completed' }]);
  const found = await world.sql(
    `SELECT _partition, toString(_offset) AS offset, source, payload, _epoch, _topic FROM ${rows()} WHERE source = 'unknown' ORDER BY _partition, _offset`,
  );
  const expected = Array.from({ length: PARTITIONS * TIMES }, (_, index) => ({
    _partition: Math.floor(index / TIMES),
    offset: String((index % TIMES) * LOT.length + 1),
    source: 'unknown',
    payload: '{"n":1}',
    _epoch: 0,
    _topic: world.topic,
  }));
  expect(found).toEqual(expected);
  expect(await statuses()).toEqual({
    'redriven missing_field': 20,
    'open invalid_json': 20,
    'open wrong_type': 20,
    'open empty_string': 20,
  });
  expect(await constant()).toEqual(kept);
  const before = await everything();
  expect(await redriven(world, { dryRun: false })).toMatchObject({ letters: 60, redriven: 0 });
  expect(await everything()).toEqual(before);
});

test('a row that exists is not inserted again, and its dead letter is closed', async () => {
  await world.sql(
    `INSERT INTO ${letters()} SELECT * REPLACE ('open' AS status, now64(3) AS at)
     FROM (SELECT * FROM ${letters()} FINAL WHERE _partition = 1 AND status = 'redriven')`,
  );
  expect(await redriven(world)).toMatchObject({ redriven: 10, alreadyThere: 10 });
  const report = await redriven(world, { dryRun: false });
  expect(report).toMatchObject({ redriven: 10, alreadyThere: 10 });
  expect(await world.sql(`SELECT count() AS n FROM ${rows()} WHERE source = 'unknown'`)).toEqual([
    { n: '20' },
  ]);
});

test('verify finds each record once, as a row or as an open dead letter', async () => {
  expect(await verified(world)).toMatchObject({
    verdict: 'complete',
    records: 100,
    rows: 40,
    deadLetters: 60,
    redriven: 20,
    lost: 0,
    doubled: 0,
  });
});

test('dropped dead letters are closed, and verify still accounts for their records', async () => {
  const choice = { action: 'drop', reasons: ['invalid_json'] } as const;
  expect(await redriven(world, choice)).toMatchObject({ dryRun: true, dropped: 20 });
  expect(await redriven(world, { ...choice, dryRun: false })).toMatchObject({ dropped: 20 });
  expect(await statuses()).toMatchObject({ 'dropped invalid_json': 20, 'open empty_string': 20 });
  expect(await redriven(world, { ...choice, dryRun: false })).toMatchObject({ letters: 0 });
  expect(await verified(world)).toMatchObject({ verdict: 'complete', droppedDeadLetters: 20 });
});
