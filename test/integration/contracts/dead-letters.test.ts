// Promise: two contracts may fill one table, and each dead letter names its contract. A redrive judges those of its own contract
// by its current version, leaves the others alone and counts them, also in a dead letter table of an older release. Verify
// accounts for all of them. Checked on real servers, with records that only one of the two contracts accepts.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RedriveReport } from '../../../src/domain/redrive/public-types.js';
import { type InProcessWorker, startInProcessWorker } from '../../support/in-process-worker.js';
import { kafkajsClient, uniqueName } from '../../support/kafka-topic.js';
import { redriven, verified } from '../../support/one-shot-workflows.js';
import { openWorld, type PipelineWorld } from '../../support/pipeline-world.js';
import { anEvent, WIDER_DECODER } from '../../support/wider-decoder.js';

let world: PipelineWorld;
let wider: InProcessWorker;
let rows: string;
let letters: string;

/** A record as serializers with a schema registry write it. */
function framed(schemaId: number, text: string): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(schemaId, 1);
  return Buffer.concat([header, Buffer.from(text)]);
}

/** Contract `table` requires strings where stream_events requires objects. */
const flat = (changes: Readonly<Record<string, unknown>> = {}) =>
  anEvent({ payload: 'p', metadata: 'm', ...changes });

async function move(contract: string, values: readonly (string | Buffer)[]) {
  const producer = kafkajsClient(world.addresses.kafka).producer();
  await producer.connect();
  const messages = values.map((value) => ({ partition: 0, value }));
  await producer.send({ topic: world.topic, messages, acks: -1 });
  await producer.disconnect();
  const input = contract === 'stream_events' ? {} : { contract };
  const pipeline = await world.startPipeline({ ...input, until: 'now' }, uniqueName(contract));
  return pipeline.result();
}

beforeAll(async () => {
  world = await openWorld({ partitions: 1 });
  rows = `${world.database}.${world.table}`;
  letters = `${rows}_dead_letters`;
  const strict = await world.startWorker();
  await move('stream_events', [
    ...[anEvent(), anEvent()],
    anEvent({ source: undefined }),
    framed(7, anEvent()),
  ]);
  await world.sql(`ALTER TABLE ${rows} ADD CONSTRAINT no_bad CHECK event_type != 'bad'`);
  await move('table', [
    ...[flat(), flat()],
    flat({ source: undefined }),
    framed(9, flat()),
    flat({ event_type: 'bad' }),
  ]);
  await strict.stop();
  wider = await startInProcessWorker(world, { decoder: WIDER_DECODER });
});

afterAll(async () => {
  await wider.stop();
  await world.close();
});

const summary = () =>
  world.sql(
    `SELECT toString(_offset) AS offset, contract, schema, reason, status FROM ${letters} FINAL ORDER BY _offset`,
  );

test('each dead letter names the contract that rejected it and the schema that it was written with', async () => {
  const open = { status: 'open' };
  expect(await summary()).toEqual([
    { offset: '2', contract: 'stream_events', schema: '', reason: 'missing_field', ...open },
    { offset: '3', contract: 'stream_events', schema: '7', reason: 'invalid_json', ...open },
    { offset: '6', contract: 'table', schema: '', reason: 'missing_field', ...open },
    { offset: '7', contract: 'table', schema: '9', reason: 'invalid_json', ...open },
    { offset: '8', contract: 'table', schema: '', reason: 'refused_by_table', ...open },
  ]);
  expect(await verified(world, { contract: 'table' })).toMatchObject({
    ...{ verdict: 'complete', records: 9, rows: 4, deadLetters: 5, lost: 0, doubled: 0 },
  });
});

test('a redrive processes the dead letters of its contract and counts the others', async () => {
  const report = await redriven(world, { dryRun: false });
  expect(report).toMatchObject({
    state: 'completed',
    chosen: 2,
    redrivenByReason: { missing_field: 1 },
    rejectedByReason: { invalid_json: 1 },
    otherContracts: { table: 3 },
  });
  expect(report.notes.join()).toContain('give "contract":"table" to process them');
  await world.sql(
    `ALTER TABLE ${rows} DROP CONSTRAINT no_bad, MODIFY COLUMN source DEFAULT 'asked'`,
  );
  expect(await redriven(world, { contract: 'table', dryRun: false })).toMatchObject({
    chosen: 3,
    redrivenByReason: { missing_field: 1, refused_by_table: 1 },
    rejectedByReason: { invalid_json: 1 },
    otherContracts: { stream_events: 1 },
  });
  expect(
    await world.sql(
      `SELECT toString(_offset) AS offset, source, payload FROM ${rows} WHERE _offset IN (2, 6, 8) ORDER BY _offset`,
    ),
  ).toEqual([
    { offset: '2', source: 'unknown', payload: '{"n":1}' },
    { offset: '6', source: 'asked', payload: 'p' },
    { offset: '8', source: 's', payload: 'p' },
  ]);
  expect(await verified(world, { contract: 'table' })).toMatchObject({
    ...{ verdict: 'complete', records: 9, rows: 7, deadLetters: 2, redriven: 3, lost: 0 },
  });
});

const statementIn = ({ notes }: RedriveReport): string =>
  /run: (ALTER TABLE .*)$/m.exec(notes.join('\n'))?.[1] ?? '';

test('a table of an older release takes dead letters, and the printed statement gives them a contract', async () => {
  await world.sql(`ALTER TABLE ${letters} DROP COLUMN contract, DROP COLUMN schema`);
  await move('table', [flat(), framed(11, flat())]);
  const before = await redriven(world, { contract: 'table' });
  expect(before).toMatchObject({ chosen: 0, otherContracts: { stream_events: 3 } });
  const added = statementIn(before);
  expect(added).toContain("ADD COLUMN contract LowCardinality(String) DEFAULT 'table'");
  await world.sql(added);
  expect(await redriven(world, { contract: 'table' })).toMatchObject({
    ...{ chosen: 3, rejected: 3, otherContracts: {} },
  });
  expect(await verified(world, { contract: 'table' })).toMatchObject({
    ...{ verdict: 'complete', records: 11, rows: 8, deadLetters: 3 },
  });
});

test('dead letters older than the column get a contract from the printed statement', async () => {
  await world.sql(`ALTER TABLE ${letters} MODIFY COLUMN contract REMOVE DEFAULT`);
  await world.sql(`ALTER TABLE ${letters} DROP COLUMN contract`);
  await world.sql(`ALTER TABLE ${letters} ADD COLUMN contract LowCardinality(String)`);
  const before = await redriven(world, { contract: 'table' });
  expect(before).toMatchObject({ chosen: 0, otherContracts: { stream_events: 3 } });
  expect(await redriven(world)).toMatchObject({ chosen: 3, otherContracts: {} });
  await world.sql(`${statementIn(before)} SETTINGS mutations_sync = 2`);
  expect(await redriven(world, { contract: 'table' })).toMatchObject({
    ...{ chosen: 3, otherContracts: {} },
  });
});
