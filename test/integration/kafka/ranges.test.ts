// Promise: a range gives exactly its records, from any start to any end, and where that is not possible an error that moves
// nothing; what changes about the topic is seen. Checked against what was produced to a real broker, and against what Kafka
// itself says is committed.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Kafka } from '../../../src/activities/kafka/kafka.js';
import { OffsetOutOfRange, TopicMissing } from '../../../src/domain/errors.js';
import { type OwnKafka, startOwnKafka } from '../../support/kafka-own-broker.js';
import {
  createTopic,
  kafkajsClient,
  openKafka,
  readAll,
  span,
  uniqueName,
  withAdmin,
} from '../../support/kafka-topic.js';

let broker: OwnKafka;
let kafka: Kafka;

beforeAll(async () => {
  broker = await startOwnKafka();
  kafka = openKafka(broker.address, { fetchBytes: 20_000, retryForMs: 2_000 });
});

afterAll(async () => {
  await kafka.close();
  await broker.stop();
});

/** Writes `count` records per partition, in batches of random sizes; the value of each names its offset. */
async function produce(topic: string, count: number, partitions = 1, timestamp?: number) {
  const producer = kafkajsClient(broker.address).producer();
  await producer.connect();
  for (let partition = 0; partition < partitions; partition++) {
    for (let at = 0; at < count;) {
      const size = Math.min(count - at, 1 + Math.floor(Math.random() * 200));
      const messages = Array.from({ length: size }, (_, index) => ({
        partition,
        key: `${partition}`,
        value: `${partition}/${at + index} ${'x'.repeat((at + index) % 150)}`,
        ...(timestamp !== undefined && { timestamp: String(timestamp + at + index) }),
      }));
      await producer.send({ topic, messages });
      at += size;
    }
  }
  await producer.disconnect();
}

test('random ranges give exactly their records, several partitions in the order asked for', async () => {
  const topic = await createTopic(broker.address, { partitions: 3 });
  await produce(topic, 3_000, 3);
  for (let round = 0; round < 40; round++) {
    const ranges = [2, 0, 1].map((partition) => {
      const first = Math.floor(Math.random() * 3_000);
      return span(partition, first, first + Math.floor(Math.random() * (3_001 - first)));
    });
    const seen = (await readAll(kafka, topic, ranges)).map(({ partition, offset, key, value }) => {
      expect(key!.toString()).toBe(`${partition}`);
      expect(value!.toString()).toBe(`${partition}/${offset} ${'x'.repeat(offset % 150)}`);
      return `${partition}/${offset}`;
    });
    const wanted = ranges.flatMap(({ partition, first, end }) =>
      Array.from({ length: end - first }, (_, index) => `${partition}/${first + index}`),
    );
    expect(seen).toEqual(wanted);
  }
});

test('two readers of one partition do not disturb each other', async () => {
  const topic = await createTopic(broker.address);
  await produce(topic, 2_000);
  const reads = [0, 500, 1_000, 1_500].map((first) =>
    readAll(kafka, topic, [span(0, first, first + 500)]),
  );
  for (const [index, records] of (await Promise.all(reads)).entries()) {
    expect(records.map(({ offset }) => offset)).toEqual(
      Array.from({ length: 500 }, (_, at) => index * 500 + at),
    );
  }
});

test('records that were deleted are out of range, and nothing is moved or committed', async () => {
  const topic = await createTopic(broker.address);
  const groupId = uniqueName('group');
  await produce(topic, 1_000);
  await kafka.groups.commit(groupId, topic, [{ partition: 0, offset: 400 }], 'before');
  await withAdmin(broker.address, async (admin) => {
    // kafkajs looks for the leader in metadata that this loads.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '600' }] });
  });
  const error = await readAll(kafka, topic, [span(0, 400, 1_000)]).catch(
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(OffsetOutOfRange);
  expect(error).toMatchObject({ partition: 0, offset: 400, logStart: 600, end: 1_000 });
  expect(await committed(groupId, topic)).toEqual([
    { partition: 0, offset: '400', metadata: 'before' },
  ]);
  expect((await kafka.source.offsets(topic)).partitions).toEqual([
    { partition: 0, logStart: 600, end: 1_000, highWatermark: 1_000 },
  ]);
  expect((await readAll(kafka, topic, [span(0, 600, 1_000)])).length).toBe(400);
});

test('offsets that are not there yet are out of range too', async () => {
  const topic = await createTopic(broker.address);
  await produce(topic, 10);
  const beyond = { name: 'OffsetOutOfRange', partition: 0, logStart: 0, end: 10 };
  await expect(readAll(kafka, topic, [span(0, 11, 20)])).rejects.toMatchObject(beyond);
  await expect(readAll(kafka, topic, [span(0, 5, 20)])).rejects.toMatchObject(beyond);
});

test('retention that overtakes a range is seen', async () => {
  const config = { 'retention.ms': '1000' };
  const topic = await createTopic(broker.address, { config });
  await produce(topic, 500, 1, Date.now() - 60_000);
  await expect
    .poll(async () => (await kafka.source.offsets(topic)).partitions[0]!.logStart, {
      timeout: 30_000,
    })
    .toBeGreaterThan(0);
  await expect(readAll(kafka, topic, [span(0, 0, 500)])).rejects.toBeInstanceOf(OffsetOutOfRange);
});

test('a topic that is made again has another id, and partitions that are added are seen', async () => {
  const topic = await createTopic(broker.address, { partitions: 1 });
  const before = await kafka.source.offsets(topic);
  const described = await broker.run('org.apache.kafka.tools.TopicCommand', [
    ...['--bootstrap-server', broker.address, '--describe', '--topic', topic],
  ]);
  expect(described).toContain(`TopicId: ${before.topicId}`);
  await withAdmin(broker.address, (admin) =>
    admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] }),
  );
  await expect.poll(async () => (await kafka.source.offsets(topic)).partitions.length).toBe(3);
  await withAdmin(broker.address, (admin) => admin.deleteTopics({ topics: [topic] }));
  await expect
    .poll(() => kafka.source.offsets(topic).catch((error: unknown) => error))
    .toBeInstanceOf(TopicMissing);
  await withAdmin(broker.address, (admin) =>
    admin.createTopics({ topics: [{ topic, numPartitions: 2 }] }),
  );
  await expect
    .poll(async () => (await kafka.source.offsets(topic)).topicId)
    .not.toBe(before.topicId);
  expect((await kafka.source.offsets(topic)).partitions.length).toBe(2);
});

test('an instant leads to the first record at or after it, and to none behind the last', async () => {
  const topic = await createTopic(broker.address, { partitions: 2 });
  const start = 1_700_000_000_000;
  await produce(topic, 1_000, 1, start);
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

test("a broker's own time takes the place of the producer's where the topic asks for it", async () => {
  const config = { 'message.timestamp.type': 'LogAppendTime' };
  const topic = await createTopic(broker.address, { config });
  const before = Date.now();
  await produce(topic, 10, 1, 1_000_000);
  for (const { timestamp } of await readAll(kafka, topic, [span(0, 0, 10)])) {
    expect(timestamp).toBeGreaterThanOrEqual(before - 1_000);
    expect(timestamp).toBeLessThanOrEqual(Date.now() + 1_000);
  }
});

/** As Kafka has it, asked over kafkajs's own requests. */
async function committed(groupId: string, topic: string) {
  const [found] = await withAdmin(broker.address, (admin) =>
    admin.fetchOffsets({ groupId, topics: [topic] }),
  );
  return found!.partitions;
}
