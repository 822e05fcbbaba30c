// Promise: the sample producer begins once each leader serves its partitions, and reports any other refusal at once.
import kafkajs from 'kafkajs';
import { expect, test } from 'vitest';
import { untilLeadersServe } from '../../../dev/events/leaders.js';

function refusal(type: string, code: number): Error {
  return new kafkajs.KafkaJSProtocolError(
    Object.assign(new Error(type), { type, code, retriable: true }),
  );
}

test('a leader that is not ready is asked again', async () => {
  let asked = 0;
  await untilLeadersServe(
    {
      fetchTopicOffsets: () => {
        asked += 1;
        return asked < 3
          ? Promise.reject(refusal('NOT_LEADER_FOR_PARTITION', 6))
          : Promise.resolve([]);
      },
    },
    'orders',
  );
  expect(asked).toBe(3);
});

test('any other refusal ends the wait', async () => {
  const denied = refusal('TOPIC_AUTHORIZATION_FAILED', 29);
  const fetchTopicOffsets = () => Promise.reject(denied);
  await expect(untilLeadersServe({ fetchTopicOffsets }, 'orders')).rejects.toBe(denied);
});
