// Promise: committed records are read and aborted ones are not, from every start, also within open or overlapping transactions.
// Nothing undecided is read. Checked with real transactional producers and a ledger of what each did.
import type { Transaction } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Kafka } from '../../../src/adapters/kafka/kafka.js';
import {
  createTopic,
  kafkajsClient,
  openKafka,
  readAll,
  span,
  transactionalProducer,
  uniqueName,
} from '../../support/kafka-topic.js';
import { stackAddresses } from '../../support/stack.js';

const address = stackAddresses().kafka;
let kafka: Kafka;

beforeAll(() => {
  kafka = openKafka(address, { retryForMs: 2_000 });
});

afterAll(() => kafka.close());

async function transactional(id: string) {
  const producer = transactionalProducer(kafkajsClient(address), id);
  await producer.connect();
  return producer;
}

test('aborted, committed and open transactions are distinguished from every start offset', async () => {
  const topic = await createTopic(address);
  const [a, b] = await Promise.all([
    transactional(uniqueName('a')),
    transactional(uniqueName('b')),
  ]);
  const plain = kafkajsClient(address).producer();
  await plain.connect();
  const ledger: string[] = [];
  let written = 0;
  const send = async (to: Pick<Transaction, 'send'>, isKept: boolean) => {
    const value = `value ${written++}`;
    if (isKept) ledger.push(value);
    // The key of an abort's control record, which must end nothing here.
    await to.send({ topic, messages: [{ key: Buffer.alloc(4), value }] });
  };
  const end = (transaction: Transaction, isKept: boolean) =>
    isKept ? transaction.commit() : transaction.abort();

  for (let round = 0; round < 20; round++) {
    const [keepsA, keepsB] = [round % 3 === 0, round % 2 === 0];
    const [first, second] = [await a.transaction(), await b.transaction()];
    await send(second, keepsB);
    await send(first, keepsA);
    await send(plain, true);
    await send(second, keepsB);
    await send(first, keepsA);
    const ends = [() => end(first, keepsA), () => end(second, keepsB)];
    for (const close of round % 4 < 2 ? ends : ends.reverse()) await close();
  }
  const open = await a.transaction();
  await send(open, false);
  await send(plain, false);

  const { partitions } = await kafka.source.offsets(topic);
  const { end: stable, highWatermark } = partitions[0]!;
  expect(highWatermark).toBe(stable + 2);
  const whole = await readAll(kafka, topic, [span(0, 0, stable)]);
  expect(whole.map(({ value }) => value!.toString())).toEqual(ledger);
  for (let first = 0; first < stable; first++) {
    const rest = await readAll(kafka, topic, [span(0, first, stable)]);
    expect(rest).toEqual(whole.filter(({ offset }) => offset >= first));
  }
  await expect(readAll(kafka, topic, [span(0, stable, highWatermark)])).rejects.toThrow(
    /a transaction is open from offset/,
  );

  const [producer, ...others] = await kafka.source.openProducers(topic, [0]);
  expect(producer).toMatchObject({ partition: 0, firstOffset: stable });
  expect(producer?.producerId).toMatch(/^\d+$/);
  expect(others).toEqual([]);

  await open.commit();
  // Kafka writes the end of a transaction to its partitions after it has acknowledged it.
  await expect.poll(() => kafka.source.openProducers(topic, [0])).toEqual([]);
  const decided = await kafka.source.offsets(topic);
  const last = await readAll(kafka, topic, [span(0, stable, decided.partitions[0]!.end)]);
  expect(last.map(({ value }) => value!.toString())).toEqual([
    `value ${written - 2}`,
    `value ${written - 1}`,
  ]);
  for (const producer of [a, b, plain]) await producer.disconnect();
});
