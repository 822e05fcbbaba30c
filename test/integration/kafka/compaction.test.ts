// Promise: a compacted topic is read to its end, without the records that are gone and without asking offset by offset. Checked on a
// topic that a real broker compacted, against what Kafka's own consumer still finds in it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Kafka } from '../../../src/activities/kafka/kafka.js';
import { type OwnKafka, startOwnKafka } from '../../support/kafka-own-broker.js';
import { createTopic, kafkajsClient, openKafka, readAll, span } from '../../support/kafka-topic.js';

let broker: OwnKafka;
let kafka: Kafka;

beforeAll(async () => {
  broker = await startOwnKafka();
  kafka = openKafka(broker.address);
});

afterAll(async () => {
  await kafka.close();
  await broker.stop();
});

const WRITTEN = 2_000;

test('what compaction left is read, from every part of the log', async () => {
  const topic = await createTopic(broker.address, {
    config: {
      'cleanup.policy': 'compact',
      'segment.ms': '200',
      'min.cleanable.dirty.ratio': '0.01',
      'max.compaction.lag.ms': '200',
      'delete.retention.ms': '100',
    },
  });
  const producer = kafkajsClient(broker.address).producer();
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
  // Each goes into a new segment, which makes those before it fit for compaction.
  let end = WRITTEN;
  await expect
    .poll(
      async () => {
        await send(end, 1);
        end += 1;
        return (await readAll(kafka, topic, [span(0, 0, end)])).length;
      },
      { timeout: 60_000, interval: 300 },
    )
    .toBeLessThan(WRITTEN / 2);
  await producer.disconnect();

  const theirs = await kept(topic);
  const ours = await readAll(kafka, topic, [span(0, 0, end)]);
  expect(ours.map(({ offset, value }) => `${offset} ${value!.toString()}`)).toEqual(theirs);
  for (let first = 0; first < end; first += 97) {
    const part = await readAll(kafka, topic, [span(0, first, Math.min(end, first + 150))]);
    const within = ours.filter(({ offset }) => offset >= first && offset < first + 150);
    expect(part).toEqual(within);
  }
});

/** What Kafka's own consumer reads, as `offset value`. */
async function kept(topic: string): Promise<readonly string[]> {
  const printed = await broker.run('org.apache.kafka.tools.consumer.ConsoleConsumer', [
    ...['--bootstrap-server', broker.address, '--topic', topic, '--from-beginning'],
    ...['--timeout-ms', '2000', '--property', 'print.offset=true'],
    ...['--property', 'key.separator= '],
  ]);
  return printed
    .split('\n')
    .filter((line) => line.startsWith('Offset:'))
    .map((line) => line.slice('Offset:'.length));
}
