// Promise: a client with a rack reads from the replica in its rack, and from the leader if that replica is gone. Checked on
// three real brokers in three racks, by the bytes received over each connection of this process.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKafka, type Kafka } from '../../../src/adapters/kafka/kafka.js';
import {
  createAssignedTopic,
  type OwnCluster,
  startOwnCluster,
  untilInSync,
} from '../../support/kafka-own-cluster.js';
import { produceNumbered, readAll, span } from '../../support/kafka-topic.js';

const COUNT = 2_000;
const [LEADER, FOLLOWER] = [1, 3];

let cluster: OwnCluster;
let topic: string;
const kafkas: Kafka[] = [];
const sockets: { readonly socket: Socket; readonly port: number }[] = [];

const note = (message: unknown) => {
  const { socket } = message as { readonly socket: Socket };
  socket.once('connect', () => sockets.push({ socket, port: socket.remotePort ?? 0 }));
};

beforeAll(async () => {
  subscribe('net.client.socket', note);
  cluster = await startOwnCluster(3, (settings) => ({
    ...settings,
    'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector',
    'broker.rack': `rack-${settings['node.id'] ?? ''}`,
  }));
  topic = await createAssignedTopic(cluster.address, { replicas: [[LEADER, 2, FOLLOWER]] });
  await produceNumbered(cluster.address, topic, { count: COUNT, partitions: 1 });
  await untilInSync(cluster.address, { topic, partition: 0, count: 3 });
});

afterAll(async () => {
  unsubscribe('net.client.socket', note);
  await Promise.all(kafkas.map((kafka) => kafka.close()));
  await cluster.stop();
});

function open(rack: string | null): Kafka {
  const brokers = cluster.address.split(',');
  const kafka = createKafka({ brokers, clientId: 'test', tls: null, sasl: null, rack });
  kafkas.push(kafka);
  return kafka;
}

/** Bytes received from a broker over connections that were opened since the last call of `forget`. */
function bytesFrom(broker: number): number {
  const port = Number(cluster.brokers[broker - 1]!.address.split(':')[1]);
  const its = sockets.filter((each) => each.port === port);
  return its.reduce((sum, { socket }) => sum + socket.bytesRead, 0);
}

async function readsAll(kafka: Kafka): Promise<void> {
  const found = await readAll(kafka, topic, [span(0, 0, COUNT)]);
  expect(found).toHaveLength(COUNT);
}

/** All records together are larger, and all other traffic is smaller. */
const RECORDS_BYTES = 10 * COUNT;

test('without a rack the leader is read', async () => {
  sockets.length = 0;
  await readsAll(open(null));
  expect(bytesFrom(LEADER)).toBeGreaterThan(RECORDS_BYTES);
  expect(bytesFrom(FOLLOWER)).toBeLessThan(RECORDS_BYTES);
});

test('with a rack its replica is read, and the leader once that replica is gone', async () => {
  sockets.length = 0;
  const kafka = open(`rack-${FOLLOWER}`);
  await readsAll(kafka);
  expect(bytesFrom(FOLLOWER)).toBeGreaterThan(RECORDS_BYTES);
  expect(bytesFrom(LEADER)).toBeLessThan(RECORDS_BYTES);
  await cluster.brokers[FOLLOWER - 1]!.kill('SIGKILL');
  await readsAll(kafka);
  expect(bytesFrom(LEADER)).toBeGreaterThan(RECORDS_BYTES);
});

test('a rack without a replica does not prevent reading', async () => {
  await readsAll(open('elsewhere'));
});
