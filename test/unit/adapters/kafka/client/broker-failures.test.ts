// Promise: whatever brokers do, a read continues or ends with an error that names the broker and what it did. It never hangs,
// and never leaves a socket or a lock behind. Checked against brokers in this process that move, fall silent, stop and start.
// Every socket is counted at the end of each test.
import { afterEach, expect, test, vi } from 'vitest';
import { createKafka } from '../../../../../src/adapters/kafka/kafka.js';
import {
  HUNDRED,
  type ScriptedKafka,
  startScriptedKafka,
  upTo,
} from '../../../../support/kafka-scripted-reader.js';

let scripted: ScriptedKafka;

async function start(...given: Parameters<typeof startScriptedKafka>) {
  scripted = await startScriptedKafka(...given);
  return scripted;
}

afterEach(() => scripted.close());

test('a leader that moves is followed', async () => {
  const { cluster, read } = await start([{ batches: HUNDRED }], {
    brokers: 2,
    limits: { fetchBytes: 600 },
  });
  let fetches = 0;
  cluster.onFetch = () => {
    fetches += 1;
    if (fetches === 3) cluster.partitions[0]!.leader = 1;
    return 'log';
  };
  expect((await read(0, 100)).offsets).toEqual(upTo(0, 100));
  expect(cluster.seen).toContain('Fetch 1');
});

test('a partition without a leader waits for one', async () => {
  const { cluster, read } = await start([{ batches: HUNDRED, leader: -1 }]);
  const reading = read(0, 100);
  while (cluster.seen.filter((name) => name.startsWith('Metadata')).length < 2) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  cluster.partitions[0]!.leader = 0;
  expect((await reading).offsets).toEqual(upTo(0, 100));
});

test('reading continues when a broker is back after an outage', async () => {
  const { cluster, read } = await start([{ batches: HUNDRED }], { limits: { fetchBytes: 600 } });
  let fetches = 0;
  cluster.onFetch = () => {
    fetches += 1;
    if (fetches !== 3) return 'log';
    void cluster.stop(0).then(() => cluster.start(0));
    return 'silent';
  };
  expect((await read(0, 100)).offsets).toEqual(upTo(0, 100));
});

test('a broker that stays silent is disconnected and asked over another connection', async () => {
  const { cluster, read } = await start([{ batches: HUNDRED }], {
    limits: { requestTimeoutMs: 2_000 },
  });
  let silent = 1;
  cluster.onFetch = () => (silent-- > 0 ? 'silent' : 'log');
  expect((await read(0, 100)).offsets).toEqual(upTo(0, 100));
  // The extra one is the connection that all topics share.
  expect(cluster.seen.filter((name) => name.startsWith('ApiVersions')).length).toBe(3);
});

test('a persistent failure is thrown after a while and names the broker', async () => {
  const { cluster, read } = await start([{ batches: HUNDRED }], { limits: { retryForMs: 600 } });
  cluster.onFetch = () => 'closed';
  await expect(read(0, 100)).rejects.toThrow(
    new RegExp(
      `reading partition 0 of topic "scripted" from offset 0 failed for 0.6 s: .*${cluster.addresses[0]!} closed the connection during Fetch`,
    ),
  );
});

test('damaged records are an error that names partition and offset', async () => {
  const { cluster, read } = await start([{ batches: HUNDRED }]);
  cluster.onFetch = () => ({ records: Buffer.alloc(200, 2) });
  await expect(read(0, 100)).rejects.toThrow(/of partition 0 of topic "scripted" can't be read/);
});

test('an invalid answer is an error and ends nothing else', async () => {
  const { cluster, read } = await start([{ batches: HUNDRED }], { limits: { retryForMs: 600 } });
  cluster.topicCode = -1;
  await expect(read(0, 100)).rejects.toThrow(/refused Metadata: UNKNOWN_SERVER_ERROR/);
  cluster.topicCode = 0;
  expect((await read(0, 100)).offsets.length).toBe(100);
});

test('an abort ends the reading at once, and leaves the broker to others', async () => {
  const { cluster, kafka, read } = await start([{ batches: HUNDRED }, { batches: HUNDRED }]);
  cluster.onFetch = ({ partition }) => (partition === 0 ? 'silent' : 'log');
  const controller = new AbortController();
  const reading = read(0, 100, { signal: controller.signal });
  while (cluster.fetches.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  controller.abort(new Error('cancelled'));
  await expect(reading).rejects.toThrow('cancelled');
  expect(await kafka.source.offsets(cluster.topic)).toMatchObject({
    partitions: [{ end: 100 }, {}],
  });
});

test('many concurrent cold reads share two connections for records and one for topic requests', async () => {
  const { kafka, cluster, read } = await start([{ batches: HUNDRED }]);
  const reads = Array.from({ length: 12 }, () => read(0, 100));
  const looks = Array.from({ length: 12 }, () => kafka.source.offsets(cluster.topic));
  await Promise.all([...reads, ...looks]);
  expect(cluster.sockets.size).toBe(3);
});

test('close ends pending requests', async () => {
  const { cluster, kafka, read } = await start([{ batches: HUNDRED }]);
  cluster.onFetch = () => 'silent';
  const reading = read(0, 100);
  const failure = expect(reading).rejects.toThrow('this Kafka client is closed');
  while (cluster.fetches.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await kafka.close();
  await failure;
  await expect(kafka.source.offsets(cluster.topic)).rejects.toThrow('this Kafka client is closed');
});

test('close ends a login that is never answered', async () => {
  const { cluster } = await start([{ batches: HUNDRED }]);
  const kafka = createKafka({
    brokers: cluster.addresses,
    clientId: 'test',
    tls: null,
    sasl: { mechanism: 'plain', username: 'reader', password: 'open sesame' },
    limits: { connectTimeoutMs: 600_000 },
  });
  const asking = kafka.source.offsets(cluster.topic);
  const failure = expect(asking).rejects.toThrow('this Kafka client is closed');
  await expect.poll(() => cluster.seen).toContain('SaslAuthenticate 0');
  await kafka.close();
  await failure;
});

test('no timer is set to the past, which Node 24 warns about', async () => {
  const { kafka, cluster } = await start([{ batches: HUNDRED }]);
  const timers = vi.spyOn(globalThis, 'setTimeout');
  await kafka.source.offsets(cluster.topic);
  const waits = timers.mock.calls.map(([, waitMs = 0]) => waitMs);
  timers.mockRestore();
  expect(waits.filter((waitMs) => waitMs < 0)).toEqual([]);
});
