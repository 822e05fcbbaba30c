// Promise: Kafka's own tools see commits with their metadata, and a group with a live consumer refuses them without losing
// anything. Checked by asking Kafka with its own client and tools, and with live consumers of both group protocols.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { produceFast } from '../../../dev/events/fast-producer.js';
import type { Kafka } from '../../../src/adapters/kafka/kafka.js';
import { TopicMissing } from '../../../src/domain/errors.js';
import { runKafkaProgram, startKafkaProgram } from '../../support/kafka-programs.js';
import {
  createTopic,
  kafkajsClient,
  openKafka,
  remakeTopic,
  uniqueName,
  withAdmin,
} from '../../support/kafka-topic.js';
import { stackAddresses } from '../../support/stack.js';

const address = stackAddresses().kafka;
let kafka: Kafka;

beforeAll(() => {
  kafka = openKafka(address);
});

afterAll(() => kafka.close());

const OFFSETS = [
  { partition: 0, offset: 12, leaderEpoch: 3 },
  { partition: 2, offset: 34_000_000_000 },
];

test('a commit is visible in Kafka and is read back', async () => {
  const topic = await createTopic(address, { partitions: 3 });
  const groupId = uniqueName('group');
  const nothing = await kafka.groups.committed(groupId, topic);
  expect(nothing).toEqual(
    [0, 1, 2].map((partition) => ({ partition, offset: null, metadata: '' })),
  );
  const outcome = await kafka.groups.commit(groupId, topic, OFFSETS, 'workflow/7');
  expect(outcome).toEqual({ kind: 'committed' });
  const [theirs] = await withAdmin(address, (admin) =>
    admin.fetchOffsets({ groupId, topics: [topic] }),
  );
  expect(theirs!.partitions.sort((a, b) => a.partition - b.partition)).toEqual([
    { partition: 0, offset: '12', metadata: 'workflow/7' },
    { partition: 1, offset: '-1', metadata: null },
    { partition: 2, offset: '34000000000', metadata: 'workflow/7' },
  ]);
  expect(await kafka.groups.committed(groupId, topic)).toEqual([
    { partition: 0, offset: 12, metadata: 'workflow/7', leaderEpoch: 3 },
    { partition: 1, offset: null, metadata: '' },
    { partition: 2, offset: 34_000_000_000, metadata: 'workflow/7' },
  ]);
  const described = await runKafkaProgram(
    'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
    [...['--bootstrap-server', address, '--describe', '--group', groupId]],
  );
  expect(described).toMatch(new RegExp(`${topic}\\s+0\\s+12\\s`));
});

test('Kafka deletes a group’s offsets with the topic, and a new topic of the same name has none', async () => {
  const topic = await createTopic(address, { partitions: 3 });
  const groupId = uniqueName('group');
  await kafka.groups.commit(groupId, topic, OFFSETS, 'workflow/7');
  expect((await kafka.groups.committed(groupId, topic))[0]?.offset).toBe(12);
  await withAdmin(address, (admin) => remakeTopic(admin, { topic, numPartitions: 3 }));
  const offsets = async () =>
    (await kafka.groups.committed(groupId, topic)).map(({ offset }) => offset);
  await expect.poll(offsets).toEqual([null, null, null]);
});

test('a live consumer blocks the commit, and its own offsets stay', async () => {
  const topic = await createTopic(address, { partitions: 3 });
  const groupId = uniqueName('group');
  // The consumer would reset an offset that the topic does not have.
  await produceFast({ brokers: address, topic, partitions: 1, count: 6, seed: 1 });
  await kafka.groups.commit(groupId, topic, [{ partition: 0, offset: 5 }], 'ours');
  const consumer = kafkajsClient(address).consumer({ groupId });
  const joined = new Promise((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, resolve);
  });
  await consumer.connect();
  await consumer.subscribe({ topic });
  await consumer.run({ autoCommit: false, eachMessage: () => Promise.resolve() });
  await joined;
  const refused = await kafka.groups.commit(groupId, topic, OFFSETS, 'ours');
  expect(refused).toMatchObject({ kind: 'refused' });
  expect(refused).toMatchObject({ why: expect.stringContaining(groupId) as string });
  const committed = await kafka.groups.committed(groupId, topic);
  expect(committed[0]).toEqual({ partition: 0, offset: 5, metadata: 'ours' });
  await consumer.disconnect();
  expect(await kafka.groups.commit(groupId, topic, OFFSETS, 'ours')).toEqual({ kind: 'committed' });
});

test("a live consumer of Kafka's newer group protocol blocks it too", async () => {
  const topic = await createTopic(address, { partitions: 3 });
  const groupId = uniqueName('group');
  const consumer = await startKafkaProgram('org.apache.kafka.tools.consumer.ConsoleConsumer', [
    ...['--bootstrap-server', address, '--topic', topic, '--group', groupId],
    ...['--consumer-property', 'group.protocol=consumer'],
  ]);
  try {
    await expect
      .poll(() => kafka.groups.commit(groupId, topic, OFFSETS, 'ours'))
      .toMatchObject({ kind: 'refused' });
  } finally {
    await consumer.stop();
  }
});

test('a missing topic has no offsets', async () => {
  const missing = uniqueName('missing');
  await expect(kafka.groups.committed('group', missing)).rejects.toBeInstanceOf(TopicMissing);
});
