// Promise: what Kafka's own producer compresses is read back byte for byte, in every codec and in batches of every size. Checked
// with Kafka's console producer, whose input is known line by line.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Kafka } from '../../../src/adapters/kafka/kafka.js';
import { runKafkaProgram } from '../../support/kafka-programs.js';
import { createTopic, openKafka, readAll, span } from '../../support/kafka-topic.js';
import { stackAddresses } from '../../support/stack.js';

const address = stackAddresses().kafka;
let kafka: Kafka;

beforeAll(() => {
  kafka = openKafka(address, { fetchBytes: 200_000 });
});

afterAll(() => kafka.close());

const LINES = Array.from({ length: 20_000 }, (_, index) => {
  return `{"number":${index},"text":"${'the same again '.repeat(index % 30)}","odd":"${(index * 7_919) % 104_729}"}`;
});

for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
  for (const batchBytes of ['2000', '900000']) {
    test(`reads ${codec} in batches of up to ${batchBytes} bytes`, async () => {
      const topic = await createTopic(address);
      const input = LINES.join('\n');
      await runKafkaProgram(
        'org.apache.kafka.tools.ConsoleProducer',
        [
          ...['--bootstrap-server', address, '--topic', topic],
          ...['--compression-codec', codec, '--batch-size', batchBytes, '--timeout', '200'],
        ],
        input,
      );
      const records = await readAll(kafka, topic, [span(0, 0, LINES.length)]);
      expect(records.map(({ value }) => value!.toString())).toEqual(LINES);
      const middle = await readAll(kafka, topic, [span(0, 5_001, 15_003)]);
      expect(middle.map(({ offset }) => offset)).toEqual(
        Array.from({ length: 10_002 }, (_, index) => 5_001 + index),
      );
    });
  }
}
