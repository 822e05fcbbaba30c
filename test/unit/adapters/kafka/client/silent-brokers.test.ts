// Promise: a broker that accepts connections and stays silent costs a bounded wait once, whatever the requests: everything fails
// together, another broker is asked for metadata, a new leader is read, and a cancelled commit delays nothing. Checked against
// real TCP servers of the test that hang and resume. If a test has a limit of a second, the work takes a tenth of it. All other
// limits are the test's whole patience, so that nothing else can have ended the wait.
import { afterEach, expect, test } from 'vitest';
import { createKafka } from '../../../../../src/adapters/kafka/kafka.js';
import {
  HUNDRED,
  NEVER_ABORTED,
  type ScriptedKafka,
  spanOf,
  startScriptedKafka,
  upTo,
} from '../../../../support/kafka-scripted-reader.js';
import { PATIENCE_MS, waitUntil } from '../../../../support/wait-until.js';

const SHORT_MS = 1_000;

let scripted: ScriptedKafka;

async function start(...given: Parameters<typeof startScriptedKafka>) {
  scripted = await startScriptedKafka(...given);
  return scripted;
}

afterEach(() => scripted.close());

test('twenty requests to a broker that hangs take as long as one', async () => {
  const limits = { answerTimeoutMs: SHORT_MS, retryForMs: 1 };
  const { cluster, kafka } = await start([{ batches: HUNDRED }], { limits });
  cluster.isHeld = () => true;
  const startedMs = performance.now();
  const looks = Array.from({ length: 20 }, () => kafka.source.offsets(cluster.topic));
  const outcomes = await Promise.allSettled(looks);
  // One after the other they would take twenty times the timeout.
  expect(performance.now() - startedMs).toBeLessThan(10 * SHORT_MS);
  const failures = outcomes.map((each) => (each.status === 'rejected' ? String(each.reason) : ''));
  for (const failure of failures) {
    expect(failure).toMatch(`${cluster.addresses[0]!} did not answer within 1 s`);
  }
});

test('a broker that hangs after it was connected is named with the request, and found again when it resumes', async () => {
  const limits = { answerTimeoutMs: SHORT_MS, retryForMs: 1 };
  const { cluster, kafka } = await start([{ batches: HUNDRED }], { limits });
  await kafka.source.offsets(cluster.topic);
  cluster.isHeld = () => true;
  await expect(kafka.source.offsets(cluster.topic)).rejects.toThrow(
    `${cluster.addresses[0]!} did not answer Metadata within 1 s`,
  );
  cluster.answerHeld();
  expect((await kafka.source.offsets(cluster.topic)).partitions[0]!.end).toBe(100);
});

test('the second bootstrap address is asked while the first one hangs', async () => {
  const { cluster } = await start([{ batches: HUNDRED, leader: 1 }], { brokers: 2 });
  cluster.isHeld = (_, broker) => broker === 0;
  const kafka = createKafka({
    brokers: cluster.addresses,
    clientId: 'test',
    tls: null,
    sasl: null,
    limits: { answerTimeoutMs: PATIENCE_MS, requestTimeoutMs: PATIENCE_MS, silentAfterMs: 100 },
  });
  expect((await kafka.source.offsets(cluster.topic)).partitions[0]!.end).toBe(100);
  expect(cluster.seen).toContain('ApiVersions 0');
  await kafka.close();
});

test('another broker is asked while the one that answered last hangs, and is preferred later', async () => {
  const { cluster, kafka } = await start([{ batches: HUNDRED, leader: 1 }], {
    brokers: 2,
    limits: { silentAfterMs: 100 },
  });
  await kafka.source.offsets(cluster.topic);
  cluster.isHeld = (_, broker) => broker === 0;
  expect((await kafka.source.offsets(cluster.topic)).partitions[0]!.end).toBe(100);
  cluster.seen.length = 0;
  expect((await kafka.source.offsets(cluster.topic)).partitions[0]!.end).toBe(100);
  expect(cluster.seen.filter((name) => name.endsWith(' 0'))).toEqual([]);
});

test('a reader leaves a leader that hangs during a fetch, and reads from the next one', async () => {
  const { cluster, read } = await start([{ batches: HUNDRED }], {
    brokers: 2,
    limits: { fetchBytes: 600, answerTimeoutMs: SHORT_MS, silentAfterMs: 100 },
  });
  cluster.onFetch = () => {
    if (cluster.fetches.length === 3) {
      cluster.isHeld = (_, broker) => broker === 0;
      cluster.partitions[0]!.leader = 1;
      return 'silent';
    }
    return 'log';
  };
  expect((await read(0, 100)).offsets).toEqual(upTo(0, 100));
  expect(cluster.seen).toContain('Fetch 1');
});

test('slow records are awaited while the broker answers other requests', async () => {
  const { cluster, read } = await start([{ batches: HUNDRED }], {
    limits: { answerTimeoutMs: 10 * SHORT_MS, silentAfterMs: 50 },
  });
  cluster.isHeld = (name) => name === 'Fetch';
  const reading = read(0, 100);
  const probes = () => cluster.seen.filter((name) => name === 'Metadata 0').length;
  // Each one proves that the broker is alive. The first is the topic's own.
  await waitUntil(() => probes() > 5, { what: 'the broker was asked while it read' });
  cluster.answerHeld();
  expect((await reading).offsets).toEqual(upTo(0, 100));
  // The connections for fetches and for topic requests.
  expect(cluster.seen.filter((name) => name === 'ApiVersions 0')).toHaveLength(2);
});

test('a commit that waits for other brokers delays nothing else, and a cancelled one ends at once', async () => {
  const { cluster, kafka, read } = await start([{ batches: HUNDRED }]);
  cluster.isHeld = (name) => name === 'OffsetCommit';
  const controller = new AbortController();
  const offsets = [{ partition: 0, offset: 5 }];
  const commit = () => kafka.groups.commit('group', cluster.topic, offsets, '', controller.signal);
  const waiting = commit();
  await waitUntil(() => cluster.seen.includes('OffsetCommit 0'), { what: 'the commit was sent' });
  expect((await kafka.source.offsets(cluster.topic)).partitions[0]!.end).toBe(100);
  expect((await read(0, 100)).offsets).toEqual(upTo(0, 100));
  controller.abort(new Error('given up'));
  await expect(waiting).rejects.toThrow('given up');
  // The broker still has it, and the next one is sent anyway.
  cluster.isHeld = () => false;
  expect(await kafka.groups.commit('group', cluster.topic, offsets, '')).toEqual({
    kind: 'committed',
  });
  cluster.answerHeld();
});

/** Reads partition 0, and gives up if its leader is down. */
function readImpatiently({ cluster, kafka }: ScriptedKafka) {
  const ranges = [spanOf(0, 100)];
  const read = kafka.source.read(cluster.topic, ranges, NEVER_ABORTED, { isImpatient: true });
  return (async () => {
    const seen: number[] = [];
    for await (const { next } of read) seen.push(next);
    return seen;
  })();
}

test('an impatient caller does not wait for a leader that answers nothing', async () => {
  const it = await start([{ batches: HUNDRED }], { brokers: 2, limits: { silentAfterMs: 100 } });
  it.cluster.onFetch = () => {
    it.cluster.isHeld = (_, broker) => broker === 0;
    return 'silent';
  };
  const beforeMs = Date.now();
  await expect(readImpatiently(it)).rejects.toMatchObject({
    name: 'PartitionUnavailable',
    unavailable: {
      ...{ partition: 0, why: 'silent', broker: `0 (${it.cluster.addresses[0]!})` },
      sinceMs: expect.toSatisfy((sinceMs: number) => sinceMs >= beforeMs) as number,
    },
  });
});

test('an impatient caller does not wait for a leader election', async () => {
  const limits = { silentAfterMs: 100 };
  const it = await start([{ batches: HUNDRED, leader: -1 }], { limits });
  await expect(readImpatiently(it)).rejects.toMatchObject({
    unavailable: { partition: 0, why: 'leaderless', broker: null },
  });
});

test('an impatient caller waits for records as long as the broker answers other requests', async () => {
  const limits = { answerTimeoutMs: 10 * SHORT_MS, silentAfterMs: SHORT_MS };
  const it = await start([{ batches: HUNDRED }], { limits });
  it.cluster.isHeld = (name) => name === 'Fetch';
  const reading = readImpatiently(it);
  const probes = () => it.cluster.seen.filter((name) => name === 'Metadata 0').length;
  await waitUntil(() => probes() > 4, { what: 'the broker was asked for longer than a second' });
  it.cluster.answerHeld();
  expect((await reading).at(-1)).toBe(100);
});
