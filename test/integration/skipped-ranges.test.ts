// Promise: a range that a person skipped stays skipped, even for a new pipeline, until a person asks for exactly these offsets.
// Then its records are inserted, and what is still skipped is reported. Checked on real servers with a hold, a skip, and
// backfills under a wider contract.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startInProcessWorker } from '../support/in-process-worker.js';
import { kafkajsClient } from '../support/kafka-topic.js';
import { redriven, verified } from '../support/one-shot-workflows.js';
import { openWorld, type PipelineWorld } from '../support/pipeline-world.js';
import { waitUntil } from '../support/wait-until.js';
import { anEvent, WIDER_DECODER } from '../support/wider-decoder.js';

const BAD = 1_500;
const GOOD = 200;
const LEFT_OUT = BAD + GOOD;

let world: PipelineWorld;

async function send(values: readonly string[]): Promise<void> {
  const producer = kafkajsClient(world.addresses.kafka).producer();
  await producer.connect();
  const messages = values.map((value) => ({ partition: 0, value }));
  await producer.send({ topic: world.topic, messages, acks: -1 });
  await producer.disconnect();
}

beforeAll(async () => {
  world = await openWorld({ partitions: 1 });
  const bad = anEvent({ source: undefined });
  await send([...Array<string>(BAD).fill(bad), ...Array<string>(GOOD).fill(anEvent())]);
});

afterAll(() => world.close());

async function rows(): Promise<number> {
  const [row] = await world.sql<{ n: string }>(
    `SELECT toString(count()) AS n FROM ${world.database}.${world.table}`,
  );
  return Number(row?.n);
}

const skips = () =>
  world.sql(
    `SELECT toString(_offset) AS first, toString(_end) AS end, toString(status) AS status
     FROM ${world.database}.${world.table}_dead_letters FINAL WHERE stage = 'skip' ORDER BY _offset, _end`,
  );

test('a skipped range is not reported as lost, and a new pipeline does not fill it', async () => {
  const worker = await world.startWorker();
  const pipeline = await world.startPipeline();
  await waitUntil(async () => (await pipeline.status()).holds.length === 1, {
    what: 'the partition is held',
  });
  const decision = { partition: 0, action: 'skipTo', offset: String(LEFT_OUT) };
  await pipeline.handle.executeUpdate('resolveHold', { args: [decision] });
  await send([anEvent(), anEvent()]);
  await waitUntil(async () => (await rows()) === 2, { what: 'it goes on' });
  await pipeline.signal('stop');
  await pipeline.result();
  const anew = { groupId: `${world.groupId}-anew`, until: 'now' } as const;
  await (await world.startPipeline(anew, `${world.workflowId}-anew`)).result();
  await worker.stop();
  expect(await rows()).toBe(2);
  expect(await skips()).toEqual([{ first: '0', end: String(LEFT_OUT), status: 'open' }]);
});

test('under the wider contract a backfill inserts only the requested offsets', async () => {
  const worker = await startInProcessWorker(world, { decoder: WIDER_DECODER });
  expect(await verified(world)).toMatchObject({
    verdict: 'complete',
    records: LEFT_OUT + 2,
    rows: 2,
    skipped: LEFT_OUT,
  });
  const told = await redriven(world, { dryRun: false });
  expect(told).toMatchObject({ letters: 0, redriven: 0 });
  expect(told.notes.join()).toContain('skipped by a decision');
  const range = { from: { offsets: { 0: '400' } }, until: { offsets: { 0: '900' } } };
  const part = { ...range, groupId: `${world.groupId}-part`, batch: { maxRows: 300 } };
  await (await world.startPipeline(part, `${world.workflowId}-part`)).result();
  expect(await rows()).toBe(502);
  expect((await skips()).filter((skip) => (skip as { status: string }).status === 'open')).toEqual([
    { first: '0', end: '400', status: 'open' },
    { first: '900', end: String(LEFT_OUT), status: 'open' },
  ]);
  expect(await verified(world)).toMatchObject({
    verdict: 'complete',
    rows: 502,
    skipped: LEFT_OUT - 500,
    lost: 0,
    doubled: 0,
  });
  const whole = { from: 'earliest', until: 'now', groupId: `${world.groupId}-whole` } as const;
  await (await world.startPipeline(whole, `${world.workflowId}-whole`)).result();
  expect(await verified(world)).toMatchObject({
    verdict: 'complete',
    rows: LEFT_OUT + 2,
    skipped: 0,
    doubled: 0,
  });
  expect(await skips()).not.toContainEqual(expect.objectContaining({ status: 'open' }));
  await worker.stop();
});

test('verify misses a deleted row of a range that was filled', async () => {
  const worker = await world.startWorker();
  await world.sql(
    `ALTER TABLE ${world.database}.${world.table} DELETE WHERE _offset = 500 SETTINGS mutations_sync = 2`,
  );
  const report = await verified(world);
  await worker.stop();
  expect(report).toMatchObject({ verdict: 'lost', lost: 1 });
  expect(report.lostRanges.first).toEqual([{ partition: 0, first: '500', end: '501' }]);
});
