// Promise: a range returns exactly its records, from any start to any end, and otherwise an error that moves nothing. Checked on
// a real broker against the produced records.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Kafka } from '../../../src/adapters/kafka/kafka.js';
import {
  createTopic,
  numberedValue,
  openKafka,
  produceNumbered,
  readAll,
  span,
  withAdmin,
} from '../../support/kafka-topic.js';
import { stackAddresses } from '../../support/stack.js';

const address = stackAddresses().kafka;
let kafka: Kafka;

beforeAll(() => {
  kafka = openKafka(address, { fetchBytes: 20_000, retryForMs: 2_000 });
});

afterAll(() => kafka.close());

test('random ranges return exactly their records, with several partitions in the requested order', async () => {
  const topic = await createTopic(address, { partitions: 3 });
  await produceNumbered(address, topic, { count: 3_000, partitions: 3 });
  for (let round = 0; round < 40; round++) {
    const ranges = [2, 0, 1].map((partition) => {
      const first = Math.floor(Math.random() * 3_000);
      return span(partition, first, first + Math.floor(Math.random() * (3_001 - first)));
    });
    const seen = (await readAll(kafka, topic, ranges)).map(({ partition, offset, key, value }) => {
      expect(key!.toString()).toBe(`${partition}`);
      expect(value!.toString()).toBe(numberedValue(partition, offset));
      return `${partition}/${offset}`;
    });
    const wanted = ranges.flatMap(({ partition, first, end }) =>
      Array.from({ length: end - first }, (_, index) => `${partition}/${first + index}`),
    );
    expect(seen).toEqual(wanted);
  }
});

test('two readers of one partition do not disturb each other', async () => {
  const topic = await createTopic(address);
  await produceNumbered(address, topic, { count: 2_000 });
  const reads = [0, 500, 1_000, 1_500].map((first) =>
    readAll(kafka, topic, [span(0, first, first + 500)]),
  );
  for (const [index, records] of (await Promise.all(reads)).entries()) {
    expect(records.map(({ offset }) => offset)).toEqual(
      Array.from({ length: 500 }, (_, at) => index * 500 + at),
    );
  }
});

test('offsets beyond the end of the log are out of range too', async () => {
  const topic = await createTopic(address);
  await produceNumbered(address, topic, { count: 10 });
  const beyond = { name: 'OffsetOutOfRange', partition: 0, logStart: 0, end: 10 };
  await expect(readAll(kafka, topic, [span(0, 11, 20)])).rejects.toMatchObject(beyond);
  await expect(readAll(kafka, topic, [span(0, 5, 20)])).rejects.toMatchObject(beyond);
});

test('a timestamp resolves to the first record at or after it, and to none after the last', async () => {
  const topic = await createTopic(address, { partitions: 2 });
  const start = 1_700_000_000_000;
  await produceNumbered(address, topic, { count: 1_000, timestamp: start });
  const at = async (timestampMs: number) => [...(await kafka.source.offsetsAt(topic, timestampMs))];
  expect(await at(start + 500)).toEqual([
    [0, 500],
    [1, null],
  ]);
  expect(await at(start - 5)).toContainEqual([0, 0]);
  expect(await at(start + 999)).toContainEqual([0, 999]);
  expect(await at(start + 1_000)).toContainEqual([0, null]);
  expect(await at(-1)).toContainEqual([0, 0]);
});

test("the broker's time replaces the producer's if the topic is configured so", async () => {
  const config = { 'message.timestamp.type': 'LogAppendTime' };
  const topic = await createTopic(address, { config });
  const before = Date.now();
  await produceNumbered(address, topic, { count: 10, timestamp: 1_000_000 });
  for (const { timestamp } of await readAll(kafka, topic, [span(0, 0, 10)])) {
    expect(timestamp).toBeGreaterThanOrEqual(before - 1_000);
    expect(timestamp).toBeLessThanOrEqual(Date.now() + 1_000);
  }
});

test('added partitions are detected', async () => {
  const topic = await createTopic(address, { partitions: 1 });
  expect((await kafka.source.offsets(topic)).partitions.length).toBe(1);
  await withAdmin(address, (admin) =>
    admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] }),
  );
  await expect.poll(async () => (await kafka.source.offsets(topic)).partitions.length).toBe(3);
});
