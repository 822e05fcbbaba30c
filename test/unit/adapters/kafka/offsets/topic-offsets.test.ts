// Promise: a topic's ends cost one Metadata request and three ListOffsets to each leader, and follow moves. A missing topic and
// brokers that are too old are named. Checked against brokers in this process.
import { afterEach, expect, test } from 'vitest';
import { TopicMissing } from '../../../../../src/domain/errors.js';
import { SCRIPTED_TOPIC_ID } from '../../../../support/kafka-scripted-broker.js';
import {
  HUNDRED,
  type ScriptedKafka,
  startScriptedKafka,
} from '../../../../support/kafka-scripted-reader.js';
import { waitUntil } from '../../../../support/wait-until.js';

let scripted: ScriptedKafka;

async function start(...given: Parameters<typeof startScriptedKafka>) {
  scripted = await startScriptedKafka(...given);
  return scripted;
}

afterEach(() => scripted.close());

test('each leader is asked once for each end of all its partitions', async () => {
  const { kafka, cluster } = await start(
    [
      { batches: HUNDRED, logStart: 20, lastStableOffset: 90 },
      { batches: HUNDRED, leader: 1, leaderEpoch: 7 },
      { batches: [] },
    ],
    { brokers: 2 },
  );
  await kafka.source.offsets(cluster.topic);
  cluster.seen.length = 0;
  expect(await kafka.source.offsets(cluster.topic)).toEqual({
    topicId: SCRIPTED_TOPIC_ID,
    partitions: [
      { partition: 0, logStart: 20, end: 90, highWatermark: 100, leaderEpoch: 0 },
      { partition: 1, logStart: 0, end: 100, highWatermark: 100, leaderEpoch: 7 },
      { partition: 2, logStart: 0, end: 0, highWatermark: 0, leaderEpoch: 0 },
    ],
  });
  const [metadata, ...lists] = cluster.seen;
  expect(metadata).toBe('Metadata 0');
  expect(lists.sort()).toEqual([
    ...Array.from({ length: 3 }, () => 'ListOffsets 0'),
    ...Array.from({ length: 3 }, () => 'ListOffsets 1'),
  ]);
});

test('added partitions are detected by the next request', async () => {
  const { kafka, cluster } = await start([{ batches: HUNDRED }]);
  expect((await kafka.source.offsets(cluster.topic)).partitions.length).toBe(1);
  cluster.partitions.push({ ...cluster.partitions[0]!, batches: [] });
  expect((await kafka.source.offsets(cluster.topic)).partitions.length).toBe(2);
});

test('a timestamp after the last record has no offset', async () => {
  const { kafka, cluster } = await start([{ batches: HUNDRED }]);
  expect(await kafka.source.offsetsAt(cluster.topic, 1e15)).toEqual(new Map([[0, null]]));
});

test('offsets by time of one leader do not wait for another one', async () => {
  const partitions = [{ batches: HUNDRED }, { batches: HUNDRED, leader: 1 }];
  const limits = { silentAfterMs: 1_000 };
  const { kafka, cluster } = await start(partitions, { brokers: 2, limits });
  await kafka.source.offsets(cluster.topic);
  cluster.isHeld = (_, broker) => broker === 1;
  // On a busy machine the other broker may be judged silent as well.
  const found = async () => kafka.source.offsetsAtSoon(cluster.topic, 1e15, [0, 1]);
  await waitUntil(async () => (await found()).size === 1, { what: 'one leader has told' });
  expect([...(await found()).keys()].filter((partition) => partition === 1)).toEqual([]);
  cluster.answerHeld();
  await waitUntil(async () => (await found()).size === 2, { what: 'both leaders have told' });
});

test('a missing or invisible topic is reported as missing', async () => {
  const { kafka, cluster } = await start([{}]);
  for (const code of [3, 29, 17]) {
    cluster.topicCode = code;
    await expect(kafka.source.offsets(cluster.topic)).rejects.toBeInstanceOf(TopicMissing);
  }
});

test('a topic that was just created is found', async () => {
  const { kafka, cluster } = await start([{}]);
  cluster.topicCode = 3;
  cluster.onMetadata = () => {
    cluster.topicCode = 0;
  };
  expect((await kafka.source.offsets(cluster.topic)).partitions.length).toBe(1);
  expect(cluster.seen.filter((name) => name === 'Metadata 0')).toHaveLength(2);
});

test('a broker that is too old is named, with what is needed', async () => {
  const { kafka, cluster } = await start([{}]);
  cluster.metadataVersions = [0, 8];
  await expect(kafka.source.offsets(cluster.topic)).rejects.toThrow(
    /supports Metadata in versions 0 to 8, but Millrace uses version 12: it needs Kafka 3.1/,
  );
});

test('if no broker answers, all that were asked are named', async () => {
  const { kafka, cluster } = await start([{}, { leader: 1 }], {
    brokers: 2,
    limits: { retryForMs: 500 },
  });
  await kafka.source.offsets(cluster.topic);
  await Promise.all([cluster.stop(0), cluster.stop(1)]);
  const failure = kafka.source.offsets(cluster.topic);
  for (const address of cluster.addresses) await expect(failure).rejects.toThrow(address);
  await expect(failure).rejects.toThrow(/failed for 0.5 s: .*ECONNREFUSED/);
});

test('one broker of two is enough to ask about the topic', async () => {
  const { kafka, cluster } = await start([{ batches: HUNDRED, leader: 1 }], { brokers: 2 });
  await kafka.source.offsets(cluster.topic);
  await cluster.stop(0);
  expect((await kafka.source.offsets(cluster.topic)).partitions[0]!.end).toBe(100);
});
