// Promise: the effects of retention, deletion and compaction on a log are detected: missing ranges raise an error that moves
// nothing, holes are skipped, and a recreated topic is a different one. Checked on a real broker that does all this often,
// against Kafka's own programs.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Kafka } from '../../../src/adapters/kafka/kafka.js';
import { OffsetOutOfRange, TopicMissing } from '../../../src/domain/errors.js';
import { type OwnKafka, startOwnKafka } from '../../support/kafka-own-broker.js';
import { runKafkaProgram } from '../../support/kafka-programs.js';
import {
  createTopic,
  kafkajsClient,
  openKafka,
  produceNumbered,
  readAll,
  span,
  uniqueName,
  withAdmin,
} from '../../support/kafka-topic.js';
import { PATIENCE_MS, waitUntil } from '../../support/wait-until.js';

let broker: OwnKafka;
let address: string;
let kafka: Kafka;

beforeAll(async () => {
  broker = await startOwnKafka();
  ({ address } = broker);
  kafka = openKafka(address, { retryForMs: 2_000 });
});

afterAll(async () => {
  await kafka.close();
  await broker.stop();
});

test('deleted records are out of range, and nothing is moved or committed', async () => {
  const topic = await createTopic(address);
  const groupId = uniqueName('group');
  await produceNumbered(address, topic, { count: 1_000 });
  await kafka.groups.commit(groupId, topic, [{ partition: 0, offset: 400 }], 'before');
  await withAdmin(address, async (admin) => {
    // kafkajs finds the leader in metadata that this call loads.
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
    { partition: 0, logStart: 600, end: 1_000, highWatermark: 1_000, leaderEpoch: 0 },
  ]);
  expect((await readAll(kafka, topic, [span(0, 600, 1_000)])).length).toBe(400);
});

test('retention that overtakes a range is detected', async () => {
  const config = { 'retention.ms': '1000' };
  const topic = await createTopic(address, { config });
  await produceNumbered(address, topic, { count: 500, timestamp: Date.now() - 60_000 });
  await expect
    .poll(async () => (await kafka.source.offsets(topic)).partitions[0]!.logStart)
    .toBeGreaterThan(0);
  await expect(readAll(kafka, topic, [span(0, 0, 500)])).rejects.toBeInstanceOf(OffsetOutOfRange);
});

test('a recreated topic has another id', async () => {
  const topic = await createTopic(address, { partitions: 1 });
  const before = await kafka.source.offsets(topic);
  const described = await runKafkaProgram('org.apache.kafka.tools.TopicCommand', [
    ...['--bootstrap-server', address, '--describe', '--topic', topic],
  ]);
  expect(described).toContain(`TopicId: ${before.topicId}`);
  await withAdmin(address, (admin) => admin.deleteTopics({ topics: [topic] }));
  await expect
    .poll(() => kafka.source.offsets(topic).catch((error: unknown) => error))
    .toBeInstanceOf(TopicMissing);
  await withAdmin(address, (admin) =>
    admin.createTopics({ topics: [{ topic, numPartitions: 2 }] }),
  );
  await expect
    .poll(async () => (await kafka.source.offsets(topic)).topicId)
    .not.toBe(before.topicId);
  expect((await kafka.source.offsets(topic)).partitions.length).toBe(2);
});

/** According to Kafka, asked with kafkajs's own requests. */
async function committed(groupId: string, topic: string) {
  const [found] = await withAdmin(address, (admin) =>
    admin.fetchOffsets({ groupId, topics: [topic] }),
  );
  return found!.partitions;
}
const WRITTEN = 2_000;

test('records that compaction kept are read from every part of the log', async () => {
  const topic = await createTopic(address, {
    config: {
      'cleanup.policy': 'compact',
      'segment.ms': '200',
      'min.cleanable.dirty.ratio': '0.01',
      'max.compaction.lag.ms': '200',
      'delete.retention.ms': '100',
    },
  });
  const producer = kafkajsClient(address).producer();
  await producer.connect();
  const send = (first: number, count: number) =>
    producer.send({
      topic,
      messages: Array.from({ length: count }, (_, index) => ({
        key: `key ${(first + index) % 7}`,
        value: `value ${first + index}`,
      })),
    });
  for (let first = 0; first < WRITTEN; first += 10) await send(first, 10);
  // Each goes to a new segment, so that the earlier ones can be compacted.
  let end = WRITTEN;
  await expect
    .poll(
      async () => {
        await send(end, 1);
        end += 1;
        return (await readAll(kafka, topic, [span(0, 0, end)])).length;
      },
      { interval: 300 },
    )
    .toBeLessThan(WRITTEN / 2);
  await producer.disconnect();

  const read = () => readAll(kafka, topic, [span(0, 0, end)]);
  let ours = await untilSettled(read);
  let theirs = await kept(topic, ours.length);
  // If the broker has continued compacting, the two have read different logs.
  for (let now = await read(); now.length !== ours.length; now = await read()) {
    ours = now;
    theirs = await kept(topic, ours.length);
  }
  // The last record is never compacted. Another one that only Kafka's consumer sees would displace it.
  expect(ours.at(-1)?.offset).toBe(end - 1);
  expect(ours.map(({ offset, value }) => `${offset} ${value!.toString()}`)).toEqual(theirs);
  for (let first = 0; first < end; first += 97) {
    const part = await readAll(kafka, topic, [span(0, first, Math.min(end, first + 150))]);
    const within = ours.filter(({ offset }) => offset >= first && offset < first + 150);
    expect(part).toEqual(within);
  }
});

/** The results of two successive reads. */
async function untilSettled<Record>(
  read: () => Promise<readonly Record[]>,
): Promise<readonly Record[]> {
  let before = await read();
  await waitUntil(
    async () => {
      await sleep(1_000);
      const now = await read();
      const isSame = now.length === before.length;
      before = now;
      return isSame;
    },
    { what: 'the log stays as it is' },
  );
  return before;
}

/** The first records that Kafka's own consumer reads, as `offset value`. */
async function kept(topic: string, count: number): Promise<readonly string[]> {
  const printed = await runKafkaProgram('org.apache.kafka.tools.consumer.ConsoleConsumer', [
    ...['--bootstrap-server', address, '--topic', topic, '--from-beginning'],
    ...['--max-messages', String(count), '--timeout-ms', String(PATIENCE_MS)],
    ...['--property', 'print.offset=true'],
    ...['--property', 'key.separator= '],
  ]);
  return printed
    .split('\n')
    .filter((line) => line.startsWith('Offset:'))
    .map((line) => line.slice('Offset:'.length));
}
