// Promise: on a cluster, a broker that hangs or is gone affects only its own partitions: the ends of all others are known, they
// are read, and a client that starts while the first bootstrap address hangs works. Checked on three real brokers, each of which
// is suspended and killed in turn.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Kafka } from '../../../src/adapters/kafka/kafka.js';
import {
  createAssignedTopic,
  type OwnCluster,
  startOwnCluster,
} from '../../support/kafka-own-cluster.js';
import { openKafka, produceNumbered, readAll, span } from '../../support/kafka-topic.js';
import { waitUntil } from '../../support/wait-until.js';

const COUNT = 100;
const [ONE, TWO] = [0, 1];

let cluster: OwnCluster;
let topic: string;
let kafka: Kafka;

beforeAll(async () => {
  cluster = await startOwnCluster(3);
  // One replica of each: partition n is only on broker n + 1.
  topic = await createAssignedTopic(cluster.address, { replicas: [[1], [2], [3]] });
  await produceNumbered(cluster.address, topic, { count: COUNT, partitions: 3 });
  kafka = openKafka(cluster.address);
});

afterAll(async () => {
  await kafka.close();
  await cluster.stop();
});

afterEach(untilWhole);

const look = () => kafka.source.availableOffsets(topic);

function untilWhole(): Promise<void> {
  return waitUntil(async () => (await look()).unavailable.length === 0, { what: 'all answer' });
}

/** Waits until only this partition is unknown for this reason. */
async function untilMissing(partition: number) {
  await waitUntil(
    async () => {
      const { unavailable } = await look();
      return unavailable.length === 1 && unavailable[0]?.partition === partition;
    },
    { what: `partition ${partition} alone is unknown` },
  );
  return (await look()).unavailable[0];
}

async function readsOthers(partition: number): Promise<void> {
  const others = [0, 1, 2].filter((each) => each !== partition);
  const found = await look();
  for (const each of others) expect(found.partitions.get(each)?.end).toBe(COUNT);
  const ranges = others.map((each) => span(each, 0, COUNT));
  expect(await readAll(kafka, topic, ranges)).toHaveLength(others.length * COUNT);
}

test('a broker that hangs is named, and the partitions of the others are read', async () => {
  await cluster.brokers[TWO]!.kill('SIGSTOP');
  try {
    const missing = await untilMissing(1);
    expect(missing?.broker ?? 'none').toMatch(/^(2 \(127\.0\.0\.1:\d+\)|none)$/);
    await readsOthers(1);
  } finally {
    await cluster.brokers[TWO]!.kill('SIGCONT');
  }
});

test('a client asks the next bootstrap address if the first one hangs', async () => {
  await untilWhole();
  await cluster.brokers[ONE]!.kill('SIGSTOP');
  const late = openKafka(cluster.address);
  try {
    const found = await late.source.availableOffsets(topic);
    expect(found.partitions.get(2)?.end).toBe(COUNT);
  } finally {
    await late.close();
    await cluster.brokers[ONE]!.kill('SIGCONT');
  }
});

test('a partition whose only broker was killed has no leader until the broker is back', async () => {
  await cluster.brokers[TWO]!.kill('SIGKILL');
  try {
    await waitUntil(async () => (await untilMissing(1))?.why === 'leaderless', {
      what: 'the controller knows that the leader is gone',
    });
    expect((await untilMissing(1))?.broker).toBeNull();
    await readsOthers(1);
  } finally {
    await cluster.brokers[TWO]!.restart();
  }
});
