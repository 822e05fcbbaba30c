// Promise: logs that were truncated after they were read are found by their leader epochs, with one request to each leader.
// Leaders that moved are asked again, and logs that cannot be compared are left alone. Checked against brokers in this process.
import { afterEach, expect, test } from 'vitest';
import type { Divergence } from '../../../../../src/domain/log/divergence.js';
import type { LeaderEpochs } from '../../../../../src/domain/log/leader-epochs.js';
import type { GivenBatch } from '../../../../support/kafka-record-sets.js';
import type { ScriptedPartition } from '../../../../support/kafka-scripted-log.js';
import {
  HUNDRED,
  type ScriptedKafka,
  startScriptedKafka,
} from '../../../../support/kafka-scripted-reader.js';
import { waitUntil } from '../../../../support/wait-until.js';

let scripted: ScriptedKafka;

async function start(...given: Parameters<typeof startScriptedKafka>) {
  scripted = await startScriptedKafka(...given);
  return scripted;
}

afterEach(() => scripted.close());

/** Epoch 3 up to 60, then epoch 6. */
const REWOUND: Partial<ScriptedPartition> = {
  batches: HUNDRED,
  leaderEpoch: 6,
  epochEnd: (epoch) => {
    if (epoch >= 6) return [6, 100];
    return epoch >= 3 ? [3, 60] : [epoch, 0];
  },
};
const INTACT: Partial<ScriptedPartition> = { batches: HUNDRED, epochEnd: () => [0, 100] };

const readUnder = (leaderEpochs: LeaderEpochs, partition = 0) => ({
  ...{ partition, end: 90, leaderEpochs },
});

test('each leader is asked once, and only logs that differ are named', async () => {
  const partitions = [REWOUND, { ...INTACT, leader: 1 }, { ...REWOUND, leader: 1 }];
  const { kafka, cluster } = await start(partitions, { brokers: 2 });
  await kafka.source.offsets(cluster.topic);
  cluster.seen.length = 0;
  const found = await kafka.source.divergences(cluster.topic, [
    readUnder([[3, 0]]),
    readUnder([[0, 0]], 1),
    readUnder([[6, 60]], 2),
  ]);
  expect(found).toEqual([{ partition: 0, offset: 60, isExact: true }]);
  const asked = cluster.seen.filter((name) => !name.startsWith('ApiVersions'));
  expect(asked.sort()).toEqual(['OffsetForLeaderEpoch 0', 'OffsetForLeaderEpoch 1']);
});

test('an epoch that the leader never had is narrowed down step by step', async () => {
  const { kafka, cluster } = await start([REWOUND]);
  const epochs: LeaderEpochs = [
    [2, 0],
    [4, 30],
    [5, 80],
  ];
  expect(await kafka.source.divergences(cluster.topic, [readUnder(epochs)])).toEqual([
    { partition: 0, offset: 0, isExact: true },
  ]);
  const later: LeaderEpochs = [
    [4, 30],
    [5, 80],
  ];
  expect(await kafka.source.divergences(cluster.topic, [readUnder(later)])).toEqual([
    { partition: 0, offset: 30, isExact: false },
  ]);
});

test('a leader whose newest epoch is lower has an older log', async () => {
  const own = { leaderEpoch: 4, epochEnd: (epoch: number) => (epoch > 4 ? NONE : FOURTH) };
  const { kafka, cluster } = await start([{ batches: HUNDRED, ...own }]);
  const epochs: LeaderEpochs = [
    [4, 0],
    [9, 70],
  ];
  expect(await kafka.source.divergences(cluster.topic, [readUnder(epochs)])).toEqual([
    { partition: 0, offset: 70, isExact: true },
  ]);
});
const NONE = [-1, -1] as const;
const FOURTH = [4, 100] as const;

test('a log without epochs and an unknown log are not compared', async () => {
  const { kafka, cluster } = await start([{ batches: HUNDRED }, { batches: HUNDRED }]);
  expect(
    await kafka.source.divergences(cluster.topic, [readUnder([[3, 0]]), readUnder([], 1)]),
  ).toEqual([]);
});

test('a leader that answers with an unexpected epoch is asked again', async () => {
  const { kafka, cluster } = await start([{ ...INTACT, leaderEpoch: 1 }]);
  await kafka.source.offsets(cluster.topic);
  cluster.partitions[0] = { ...cluster.partitions[0]!, ...REWOUND, leaderEpoch: 6 };
  expect(await kafka.source.divergences(cluster.topic, [readUnder([[3, 0]])])).toEqual([
    { partition: 0, offset: 60, isExact: true },
  ]);
});

test('reading reports the leaders that wrote the records, even for a hole', async () => {
  const value = (offset: number) => ({ offset, value: Buffer.from(`value ${offset}`) });
  const batches: GivenBatch[] = [
    { records: [value(0), value(1)], leaderEpoch: 2 },
    { records: [value(2)], leaderEpoch: 2 },
    { records: [value(3)], lastOffset: 9, leaderEpoch: 5 },
    { records: [value(40)], leaderEpoch: 7 },
  ];
  const { kafka, cluster } = await start([{ batches, leaderEpoch: 7 }]);
  const epochs = async (first: number, end: number) => {
    const seen: unknown[] = [];
    const range = { partition: 0, epoch: 0, first, end };
    const { signal } = new AbortController();
    for await (const { leaderEpochs } of kafka.source.read(cluster.topic, [range], signal)) {
      seen.push(...leaderEpochs);
    }
    return seen;
  };
  expect(await epochs(1, 10)).toEqual([
    [2, 1],
    [5, 3],
  ]);
  // The batch at 40 shows that nothing of 10 to 20 is left.
  expect(await epochs(10, 20)).toEqual([[7, 20]]);
});

test('a leader that hangs or is down does not delay the answers about other logs', async () => {
  const partitions = [REWOUND, { ...REWOUND, leader: 1 }, INTACT];
  const limits = { silentAfterMs: 1_000 };
  const { kafka, cluster } = await start(partitions, { brokers: 2, limits });
  await kafka.source.offsets(cluster.topic);
  const positions = [readUnder([[3, 0]]), readUnder([[3, 0]], 1), readUnder([[0, 0]], 2)];
  /** On a busy machine the other broker may be judged silent as well. */
  const untilUnanswered = async (expected: string) => {
    let diverged: readonly Divergence[] = [];
    const look = async () => {
      const found = await kafka.source.divergencesSoon(cluster.topic, positions);
      ({ diverged } = found);
      return found.unanswered.map((each) => `${each.partition} ${each.why}`).join() === expected;
    };
    await waitUntil(look, { what: `unanswered is ${expected}` });
    return diverged;
  };
  cluster.isHeld = (_, broker) => broker === 1;
  const other = [{ partition: 0, offset: 60, isExact: true }];
  expect(await untilUnanswered('1 silent')).toEqual(other);
  cluster.answerHeld();
  cluster.partitions[1]!.leader = -1;
  expect(await untilUnanswered('1 leaderless')).toEqual(other);
});
