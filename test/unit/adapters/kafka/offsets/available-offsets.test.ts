// Promise: if one leader does not answer, only its partitions are unknown, with the reason, the broker and since when, and it is
// awaited once, not on every request. Checked against brokers in this process that hang, stop and return. On a busy machine a
// broker that answers may be judged silent, so tests repeat the request until they see what they expect.
import { afterEach, expect, test } from 'vitest';
import {
  HUNDRED,
  type ScriptedKafka,
  startScriptedKafka,
} from '../../../../support/kafka-scripted-reader.js';
import { PATIENCE_MS, waitUntil } from '../../../../support/wait-until.js';

let scripted: ScriptedKafka;

afterEach(() => scripted.close());

/** Two partitions, one on each of two brokers. Nothing was requested about the topic yet. */
async function start(silentAfterMs = 1_000) {
  const partitions = [{ batches: HUNDRED }, { batches: HUNDRED, leader: 1 }];
  scripted = await startScriptedKafka(partitions, { brokers: 2, limits: { silentAfterMs } });
  const { cluster, kafka } = scripted;
  const look = () => kafka.source.availableOffsets(cluster.topic);
  const untilWhole = () =>
    waitUntil(async () => (await look()).unavailable.length === 0, { what: 'all answer' });
  /** The first result in which only partition 1 is unknown for this reason. */
  const untilMissing = async (why: string) => {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = await look();
      const reasons = found.unavailable.map((each) => `${each.partition} ${each.why}`);
      if (reasons.join() === `1 ${why}`) return found;
      if (Date.now() > deadline) throw new Error(`partition 1 is not ${why}: ${reasons.join()}`);
    }
  };
  return { cluster, look, untilWhole, untilMissing };
}

test('all offsets are known if all leaders answer', async () => {
  const { look, untilWhole } = await start();
  await untilWhole();
  const { topicId, partitionCount, partitions } = await look();
  expect(topicId).not.toBe('');
  expect(partitionCount).toBe(2);
  expect(partitions.get(1)).toMatchObject({ logStart: 0, end: 100, highWatermark: 100 });
});

test('a leader that hangs is named, and only its partitions are unknown until it answers', async () => {
  const { cluster, look, untilWhole, untilMissing } = await start();
  await untilWhole();
  cluster.isHeld = (_, broker) => broker === 1;
  const beforeMs = Date.now();
  const first = await untilMissing('silent');
  expect([...first.partitions.keys()]).toEqual([0]);
  expect(first.unavailable).toMatchObject([
    { partition: 1, why: 'silent', broker: `1 (${cluster.addresses[1]!})` },
  ]);
  expect(first.unavailable[0]!.sinceMs).toBeGreaterThanOrEqual(beforeMs);
  // The time does not change with later requests, and one request is enough.
  cluster.seen.length = 0;
  expect((await look()).unavailable).toEqual(first.unavailable);
  expect((await look()).unavailable).toEqual(first.unavailable);
  expect(cluster.seen.filter((name) => name === 'ListOffsets 1')).toEqual([]);
  cluster.answerHeld();
  await untilWhole();
});

test('a leader that is gone is distinguished from one that hangs', async () => {
  const { cluster, untilWhole, untilMissing } = await start();
  await untilWhole();
  await cluster.stop(1);
  const { partitions, unavailable } = await untilMissing('unreachable');
  expect([...partitions.keys()]).toEqual([0]);
  expect(unavailable).toMatchObject([{ partition: 1, why: 'unreachable' }]);
  await cluster.start(1);
  await untilWhole();
});

test('a partition without a leader waits alone', async () => {
  const { cluster, untilWhole, untilMissing } = await start();
  cluster.partitions[1]!.leader = -1;
  const { partitions, unavailable } = await untilMissing('leaderless');
  expect(partitions.get(0)?.end).toBe(100);
  expect(unavailable).toMatchObject([{ partition: 1, why: 'leaderless', broker: null }]);
  cluster.partitions[1]!.leader = 1;
  await untilWhole();
});

test('a leader that just moved is followed before anything is reported as unknown', async () => {
  const { cluster, look } = await start(PATIENCE_MS);
  cluster.partitions[1]!.leader = -1;
  let looks = 0;
  cluster.onMetadata = () => {
    looks += 1;
    if (looks === 3) cluster.partitions[1]!.leader = 0;
  };
  expect((await look()).partitions.get(1)?.end).toBe(100);
});
