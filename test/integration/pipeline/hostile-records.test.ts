// Promise: whatever bytes a producer sends, each record becomes a row or a dead letter that names its reason and keeps the whole
// record. Nothing crashes the worker, and the events beside it become rows. Checked on chosen records, on the whole fixed
// corpus, and on generated ones whose result zod and JavaScript alone determine.
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kafkajsClient } from '../../support/kafka-topic.js';
import { fateOf } from '../../support/event-oracle.js';
import { openWorld, type PipelineWorld } from '../../support/pipeline-world.js';
import { seededRandom } from '../../support/seeded-random.js';
import { waitUntil } from '../../support/wait-until.js';
import { eventValues } from '../../unit/domain/formats/json/event-texts.js';

const GOOD = {
  event_id: 'e',
  event_type: 't',
  timestamp: '2026-11-23T07:00:00',
  payload: {},
  source: 's',
  metadata: {},
};
const text = (changes: object) => Buffer.from(JSON.stringify({ ...GOOD, ...changes }));
const without = (field: string) => Buffer.from(JSON.stringify({ ...GOOD, [field]: undefined }));
const nested = (depth: number) =>
  Buffer.from(
    JSON.stringify(GOOD).replace(
      '"payload":{}',
      `"payload":{"deep":${'['.repeat(depth)}${']'.repeat(depth)}}`,
    ),
  );

/** The result of each record: a row, or the reason of a dead letter. */
const RECORDS: readonly (readonly [what: string, value: Buffer | null, becomes: string])[] = [
  ['an event', text({}), 'row'],
  ['no value', null, 'null_value'],
  ['no bytes', Buffer.alloc(0), 'invalid_json'],
  ['broken JSON', Buffer.from('{"event_id": "e"'), 'invalid_json'],
  ['a bare number', Buffer.from('7'), 'wrong_type'],
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 'invalid_utf8'],
  ['a missing id', without('event_id'), 'missing_field'],
  ['missing metadata', without('metadata'), 'row'],
  ['a number for an id', text({ event_id: 7 }), 'wrong_type'],
  ['an empty source', text({ source: '' }), 'empty_string'],
  ['an array for a payload', text({ payload: [] }), 'wrong_type'],
  ['an impossible day', text({ timestamp: '2026-02-30T00:00:00' }), 'bad_timestamp'],
  ['a time after 2106', text({ timestamp: '2200-01-01T00:00:00' }), 'timestamp_out_of_range'],
  ['a time before 1970', text({ timestamp: '1969-12-31T23:59:59' }), 'timestamp_out_of_range'],
  ['a payload of 10 MiB', text({ payload: { big: 'x'.repeat(10 * 1_024 * 1_024) } }), 'row'],
  ['nesting of 100 levels', nested(100), 'row'],
  ['an event at the end', text({ event_id: 'last' }), 'row'],
];

const corpus = (['accepted', 'rejected'] as const).flatMap((name) => {
  const file = new URL(`../../fixtures/events/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as { value?: string | null; hex?: string }[];
});

/** Fewer than hold a partition, even if all of them are invalid. */
const GENERATED = 800;
const { seed } = seededRandom();

/** Partition 1: the fixed corpus, followed by generated records. */
const others: readonly (Buffer | null)[] = [
  ...corpus.map(({ value = null, hex }) =>
    hex === undefined ? value && Buffer.from(value) : Buffer.from(hex, 'hex'),
  ),
  ...fc.sample(eventValues, { numRuns: GENERATED, seed }),
].map((value) => (value === '' ? Buffer.alloc(0) : value));

let world: PipelineWorld;

beforeAll(async () => {
  world = await openWorld({ partitions: 2, topicConfig: { 'max.message.bytes': '16777216' } });
  const producer = kafkajsClient(world.addresses.kafka).producer();
  await producer.connect();
  for (const [index, [, value]] of RECORDS.entries()) {
    const headers = { trace: Buffer.from([index, 0xff]) };
    const messages = [{ key: Buffer.from([0xfe, index]), value, headers }];
    await producer.send({ topic: world.topic, messages: messages.map(inPartition(0)), acks: -1 });
  }
  const messages = others.map((value) => ({ value })).map(inPartition(1));
  await producer.send({ topic: world.topic, messages, acks: -1 });
  await producer.disconnect();
  await world.startWorker();
  const pipeline = await world.startPipeline();
  await waitUntil(
    async () => {
      const { totals } = await pipeline.status();
      return totals.rows + totals.deadLetters === RECORDS.length + others.length;
    },
    { what: 'every record is decided about' },
  );
});

afterAll(() => world.close());

function inPartition(partition: number) {
  return <Message extends object>(message: Message) => ({ ...message, partition });
}

test.each(RECORDS.map(([what, value, becomes], offset) => ({ what, value, becomes, offset })))(
  '$what becomes $becomes',
  async ({ value, becomes, offset }) => {
    const rows = await world.sql<{ payload: string }>(
      `SELECT payload FROM ${world.database}.${world.table} WHERE _partition = 0 AND _offset = ${offset}`,
    );
    const letters = await world.sql<{ reason: string; value: string | null; key: string }>(
      `SELECT reason, hex(value) AS value, hex(_key) AS key FROM ${world.database}.${world.table}_dead_letters FINAL WHERE _partition = 0 AND _offset = ${offset}`,
    );
    if (becomes === 'row') {
      expect(rows).toHaveLength(1);
      expect(letters).toEqual([]);
      return;
    }
    expect(rows).toEqual([]);
    const key = Buffer.from([0xfe, offset]).toString('hex').toUpperCase();
    expect(letters).toEqual([
      { reason: becomes, value: value?.toString('hex').toUpperCase() ?? null, key },
    ]);
  },
);

test(`the fixed corpus and ${GENERATED} generated records, seed ${seed}, end as zod decides`, async () => {
  const { database, table } = world;
  const rows = await world.sql<Record<string, string> & { at: number; time: number }>(
    `SELECT toUInt32(_offset) AS at, toUInt32(timestamp) AS time, event_id, event_type, source, payload, metadata FROM ${database}.${table} WHERE _partition = 1`,
  );
  const letters = await world.sql<{ at: number; stage: string; value: string | null }>(
    `SELECT toUInt32(_offset) AS at, stage, hex(value) AS value FROM ${database}.${table}_dead_letters FINAL WHERE _partition = 1`,
  );
  expect(rows.length + letters.length).toBe(others.length);
  const rowAt = new Map(rows.map((row) => [row.at, row]));
  const letterAt = new Map(letters.map((letter) => [letter.at, letter]));
  for (const [offset, value] of others.entries()) {
    const what = `offset ${offset}: ${value?.toString() ?? 'null'}`;
    const fate = fateOf(value);
    if (fate.kind === 'letter') {
      const hex = value?.toString('hex').toUpperCase() ?? null;
      expect(letterAt.get(offset), what).toMatchObject({ stage: fate.stage, value: hex });
      continue;
    }
    const { timestamp, payload, metadata, ...texts } = fate.event;
    expect(rowAt.get(offset), what).toMatchObject({ ...texts, time: timestamp });
    for (const [column, parsed] of Object.entries({ payload, metadata })) {
      const stored = rowAt.get(offset)?.[column] ?? '';
      expect(isDeepStrictEqual(JSON.parse(stored), parsed), `${column} of ${what}`).toBe(true);
      // Its own text. Without one it is an empty object.
      expect(stored === '{}' || value?.includes(stored), `${column} of ${what}`).toBe(true);
    }
  }
});

test('the worker that read all records still runs, and logs none of their content', () => {
  expect(world.workers.map((worker) => worker.isRunning())).toEqual([true]);
  expect(world.workers.map((worker) => worker.log()).join()).not.toContain('2026-02-30');
});
