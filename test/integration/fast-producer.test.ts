// Promise: the fast producer reports exactly what the topic holds: the events of its seed at their offsets, with every codec,
// and a second call continues where the first one ended. Checked by reading with kafkajs's own consumer.
import { expect, test } from 'vitest';
import { badRecord, isBad } from '../../dev/events/bad-record.js';
import type { Codec } from '../../dev/events/compress.js';
import { eventText } from '../../dev/events/sample-event.js';
import { produceFast } from '../../dev/events/fast-producer.js';
import { kafkajsClient, openKafka, readAll, span, withAdmin } from '../support/kafka-topic.js';
import { createTopic, stackAddresses, uniqueName } from '../support/stack.js';
import { waitUntil } from '../support/wait-until.js';

const START_MS = Date.UTC(2026, 10, 1);
const STREAM = { partitions: 4, seed: 11, startMs: START_MS };

test('every offset holds the event of its index, as kafkajs reads it', async () => {
  const { kafka: brokers } = stackAddresses();
  const topic = await createTopic({ partitions: 4 });
  const first = await produceFast({ ...STREAM, brokers, topic, count: 4_003, codec: 'gzip' });
  expect(first.map(({ count }) => count)).toEqual([1_001, 1_001, 1_001, 1_000]);
  const second = await produceFast({ ...STREAM, brokers, topic, count: 8, firstIndex: 1_001 });
  expect(second.map(({ firstOffset }) => firstOffset)).toEqual([1_001, 1_001, 1_001, 1_000]);

  const offsets = await withAdmin(brokers, (admin) => admin.fetchTopicOffsets(topic));
  expect(offsets.map(({ high }) => Number(high)).sort()).toEqual([1_002, 1_003, 1_003, 1_003]);

  const seen = await consume(brokers, topic, 4_011);
  for (const { partition, firstIndex, firstOffset, count } of [...first, ...second]) {
    for (let i = 0; i < count; i++) {
      const index = firstIndex + i;
      const origin = { seed: STREAM.seed, partition };
      const text = eventText(origin, index, START_MS + index * 10);
      expect(seen.get(`${partition}/${firstOffset + i}`)).toBe(text);
    }
  }
});

test('records go to the requested partitions in equal numbers', async () => {
  const { kafka: brokers } = stackAddresses();
  const topic = await createTopic({ partitions: 4 });
  const some = { firstPartition: 2, partitions: 2 };
  const produced = await produceFast({ ...STREAM, ...some, brokers, topic, count: 5 });
  expect(produced).toEqual([
    { partition: 2, firstIndex: 0, firstOffset: 0, count: 3 },
    { partition: 3, firstIndex: 0, firstOffset: 0, count: 2 },
  ]);
  const offsets = await withAdmin(brokers, (admin) => admin.fetchTopicOffsets(topic));
  const ends = offsets.map(({ partition, high }) => [partition, Number(high)]);
  expect(ends.sort()).toEqual([
    [0, 0],
    [1, 0],
    [2, 3],
    [3, 2],
  ]);
});

test.each<Codec>(['none', 'snappy', 'lz4', 'zstd'])(
  'the broker accepts batches with codec %s, including unfit records',
  async (codec) => {
    const { kafka: brokers } = stackAddresses();
    const topic = await createTopic({ partitions: 1 });
    const stream = { brokers, topic, codec, partitions: 1, seed: 5, startMs: START_MS };
    await produceFast({ ...stream, count: 2_500, badPermille: 100 });

    const kafka = openKafka(brokers);
    const records = await readAll(kafka, topic, [span(0, 0, 2_500)]);
    await kafka.close();
    const origin = { seed: 5, partition: 0 };
    const expected = Array.from({ length: 2_500 }, (_, index) => {
      const make = isBad(origin, index, 100) ? badRecord : eventText;
      const value = make(origin, index, START_MS + index * 10);
      return value === null ? null : Buffer.from(value).toString('latin1');
    });
    expect(records.map(({ value }) => value?.toString('latin1') ?? null)).toEqual(expected);
  },
);

test('a missing topic is refused and not created', async () => {
  const { kafka: brokers } = stackAddresses();
  const topic = uniqueName('missing');
  await expect(produceFast({ ...STREAM, brokers, topic, count: 1 })).rejects.toThrow();
  expect(await withAdmin(brokers, (admin) => admin.listTopics())).not.toContain(topic);
});

async function consume(
  brokers: string,
  topic: string,
  count: number,
): Promise<ReadonlyMap<string, string>> {
  const consumer = kafkajsClient(brokers).consumer({ groupId: uniqueName('group') });
  const seen = new Map<string, string>();
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ partition, message }) => {
      seen.set(`${partition}/${message.offset}`, String(message.value));
    },
  });
  await waitUntil(() => seen.size >= count, { what: 'all records were read' });
  await consumer.disconnect();
  return seen;
}
