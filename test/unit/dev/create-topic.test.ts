// Promise: a new topic is ready for a producer that does not retry, because every leader already accepts records.
import kafkajs, { type Kafka } from 'kafkajs';
import { expect, test } from 'vitest';
import { ensureTopic } from '../../../dev/events/create-topic.js';

test('a topic is ready once its leaders serve it', async () => {
  const refusals = [6, 6].map(
    (code) =>
      new kafkajs.KafkaJSProtocolError(
        Object.assign(new Error(), { type: 'NOT_LEADER_FOR_PARTITION', code, retriable: true }),
      ),
  );
  const nothing = () => Promise.resolve();
  const admin = {
    connect: nothing,
    disconnect: nothing,
    createTopics: () => Promise.resolve(true),
    fetchTopicOffsets: () => {
      const refusal = refusals.shift();
      return refusal === undefined ? Promise.resolve([]) : Promise.reject(refusal);
    },
    fetchTopicMetadata: () => Promise.resolve({ topics: [{ partitions: [{}, {}, {}] }] }),
  };
  expect(await ensureTopic({ admin: () => admin } as unknown as Kafka, 'orders')).toBe(3);
  expect(refusals).toEqual([]);
});
