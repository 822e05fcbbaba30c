// Promise: if the client has a rack, partitions are read from the follower that their leader names, and from the leader again as
// soon as the follower does not serve. A follower that is behind never causes a hole, a hold or a failure. Checked against
// brokers in this process, with a fake clock.
import { afterEach, expect, test, vi } from 'vitest';
import { ReadReplicas } from '../../../../../src/adapters/kafka/reading/read-replicas.js';
import {
  HUNDRED,
  type ScriptedKafka,
  startScriptedKafka,
  upTo,
} from '../../../../support/kafka-scripted-reader.js';

let scripted: ScriptedKafka | null = null;

/** One partition, led by broker 0, with a copy on broker 1, which is in the client's rack. */
async function start(...[options = {}]: [Parameters<typeof startScriptedKafka>[1]?]) {
  const partition = { batches: HUNDRED, followers: [1], preferredReplica: 1 };
  scripted = await startScriptedKafka([partition], { brokers: 2, rack: 'here', ...options });
  return scripted;
}

afterEach(async () => {
  vi.useRealTimers();
  await scripted?.close();
  scripted = null;
});

const ALL = { offsets: upTo(0, 100), next: 100 };

test('the follower that the leader names is read, and asked first from then on', async () => {
  const { cluster, read } = await start();
  expect(await read(0, 100)).toEqual(ALL);
  expect(cluster.fetches.map(({ broker, rack }) => [broker, rack])).toEqual([
    [0, 'here'],
    [1, 'here'],
  ]);
  cluster.fetches.length = 0;
  expect(await read(0, 100)).toEqual(ALL);
  expect(cluster.fetches.map(({ broker }) => broker)).toEqual([1]);
});

test('without a rack leaders are read', async () => {
  const { cluster, read } = await start({ rack: '' });
  expect(await read(0, 100)).toEqual(ALL);
  expect(cluster.fetches.map(({ broker, rack }) => [broker, rack])).toEqual([[0, '']]);
});

test.each([
  ['has a shorter log', { code: 1 }],
  ['is no longer a replica', { code: 6 }],
  ['has lost its disk', { code: 56 }],
  ['does not know the leader yet', { code: 75 }],
  ['does not have the offset yet', { code: 78 }],
  ['has no records of the range', {}],
  ['has no records of the range, and knows the end', { lastStableOffset: 100 }],
])('a follower that %s is left for the leader', async (_, answer) => {
  const { cluster, read } = await start();
  cluster.onFetch = ({ broker }) => {
    if (broker === 0) return 'log';
    return { lastStableOffset: 0, highWatermark: 0, ...answer, records: Buffer.alloc(0) };
  };
  expect(await read(0, 100)).toEqual(ALL);
  expect(cluster.fetches.map(({ broker, rack }) => [broker, rack])).toEqual([
    [0, 'here'],
    [1, 'here'],
    [0, ''],
  ]);
  cluster.fetches.length = 0;
  expect(await read(0, 100)).toEqual(ALL);
  expect(cluster.fetches.map(({ broker }) => broker)).toEqual([0]);
});

test('a follower that is gone or hangs is left for the leader', async () => {
  const { cluster, read } = await start({ limits: { silentAfterMs: 100 } });
  await read(0, 100);
  await cluster.stop(1);
  expect(await read(0, 100)).toEqual(ALL);
  await scripted?.close();
  const other = await start({ limits: { silentAfterMs: 100 } });
  await other.read(0, 100);
  other.cluster.isHeld = (_name, broker) => broker === 1;
  expect(await other.read(0, 100)).toEqual(ALL);
  expect(other.cluster.fetches.at(-1)?.broker).toBe(0);
});

test('an unknown follower is not looked up', async () => {
  const { cluster, read } = await start();
  cluster.partitions[0]!.preferredReplica = 7;
  expect(await read(0, 100)).toEqual(ALL);
  expect(cluster.fetches.map(({ broker, rack }) => [broker, rack])).toEqual([
    [0, 'here'],
    [0, ''],
  ]);
});

test('offsets that the leader’s log does not contain either are out of range', async () => {
  const { read } = await start();
  await read(0, 100);
  await expect(read(150, 160)).rejects.toMatchObject({ name: 'OffsetOutOfRange', end: 100 });
});

test('a leader is asked for a follower again after five minutes, or half a minute after one was left', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const [here, there] = [1, 2].map((port) => ({ host: 'broker', port }));
  const leaders = {
    of: () => ({ address: here!, leaderEpoch: 3 }),
    broker: (id: number) => (id === 2 ? there! : null),
  };
  const replicas = new ReadReplicas('here');
  const port = () => replicas.placeOf(0, leaders)?.address.port;
  replicas.follow(0, 2);
  vi.advanceTimersByTime(5 * 60_000 - 1);
  expect([port(), replicas.rackFor([0])]).toEqual([2, 'here']);
  vi.advanceTimersByTime(1);
  expect([port(), replicas.rackFor([0])]).toEqual([1, 'here']);
  replicas.leave(0);
  vi.advanceTimersByTime(29_999);
  expect([port(), replicas.rackFor([0]), replicas.rackFor([1, 0])]).toEqual([1, '', '']);
  expect(replicas.rackFor([1])).toBe('here');
  vi.advanceTimersByTime(1);
  expect(replicas.rackFor([0])).toBe('here');
});
