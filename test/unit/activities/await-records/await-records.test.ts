// Promise: a long poll returns as soon as a batch is worth planning, and not before, and it ends at once when it is cancelled.
// Checked in Temporal's activity environment over an in-memory topic, with real time.
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import {
  type AwaitDependencies,
  awaitRecords,
} from '../../../../src/activities/await-records/await-records.js';
import { createTicks } from '../../../../src/activities/await-records/ticks.js';
import { watchUndecided } from '../../../../src/activities/await-records/watches.js';
import {
  AWAIT_IDLE_MS,
  AWAIT_UNDECIDED_MS,
  UNAVAILABLE_TOLD_MS,
} from '../../../../src/domain/limits.js';
import { allAvailable } from '../../../../src/domain/log/topic-offsets.js';
import type { AwaitInput, AwaitResult } from '../../../../src/domain/pipeline/await-records.js';
import type { Target } from '../../../../src/domain/table/target.js';
import { fakeTopic, type FakeTopic } from '../../../support/fake-topic.js';
import { aResolution } from '../../../support/pipeline-builders.js';
import { waitUntil } from '../../../support/wait-until.js';

function inputFor(topic: FakeTopic, changes: Partial<AwaitInput> = {}): AwaitInput {
  return {
    topic: 'stream-events',
    topicId: 'topic-1',
    partitionCount: topic.partitions.length,
    partitions: topic.partitions.map((_, partition) => partition),
    cursors: topic.partitions.map(() => '0'),
    fullRows: 100,
    intervalSeconds: 0.2,
    lookedAtMs: null,
    untilMs: null,
    ...changes,
  };
}

const NO_TABLES: AwaitDependencies['tables'] = { describe: async () => null };

const ticks = createTicks();

const poll = (
  topic: FakeTopic,
  changes: Partial<AwaitInput> = {},
  tables = NO_TABLES,
): Promise<AwaitResult> =>
  new MockActivityEnvironment().run<
    [AwaitInput, AwaitDependencies],
    AwaitResult,
    typeof awaitRecords
  >(awaitRecords, inputFor(topic, changes), { ...topic, tables, ticks });

test('a full batch returns on the first poll', async () => {
  const topic = fakeTopic([60, 40]);
  const result = await poll(topic, { intervalSeconds: 3_600 });
  expect(result).toMatchObject({ why: 'full', ends: ['60', '40'], logStarts: ['0', '0'] });
  expect(topic.polls).toBe(1);
});

test('only records past the cursors count', async () => {
  const result = await poll(fakeTopic([100, 7]), { cursors: ['99', '7'] });
  expect(result).toMatchObject({ why: 'interval' });
});

test('each lane is awaited by itself: the lane that fills returns, and the cursors of the others count', async () => {
  const topic = fakeTopic([60, 40, 90]);
  const group = { fullRows: 100, lookedAtMs: null };
  const groups = [
    { ...group, partitions: [0], cursors: ['0'] },
    { ...group, partitions: [2], cursors: ['90'] },
  ];
  const input = { partitions: [0], cursors: ['0'], watched: [2], groups, intervalSeconds: 3_600 };
  const waiting = poll(topic, { ...input, idleSeconds: 3_600 });
  await waitUntil(() => topic.polls > 2, { what: 'it waits' });
  topic.partitions[2]!.timestamps.push(...new Array<number>(100).fill(0));
  expect(await waiting).toMatchObject({ why: 'full', watched: [{ partition: 2, end: '190' }] });
});

test('records of one lane that have waited for the interval return, whatever the polls of other lanes', async () => {
  const longAgo = Date.now() - 60_000;
  const groups = [
    { partitions: [0], cursors: ['5'], fullRows: 100, lookedAtMs: longAgo },
    { partitions: [1], cursors: ['0'], fullRows: 100, lookedAtMs: null },
  ];
  const sinceMs = Date.now();
  const result = await poll(fakeTopic([5, 1]), { cursors: ['5', '0'], groups, intervalSeconds: 1 });
  expect(result.why).toBe('interval');
  expect(Date.now() - sinceMs).toBeGreaterThanOrEqual(990);
});

test('a batch that does not fill returns when its first record has waited for the interval', async () => {
  const topic = fakeTopic([0]);
  let cameMs = Infinity;
  setTimeout(() => {
    cameMs = Date.now();
    topic.partitions[0]!.timestamps.push(0);
  }, 60);
  const result = await poll(topic);
  expect(result).toMatchObject({ why: 'interval', ends: ['1'] });
  // A timer may fire a few milliseconds early.
  expect(Date.now() - cameMs).toBeGreaterThanOrEqual(195);
});

test('records that arrived while the lane was busy have waited since the last poll', async () => {
  const topic = fakeTopic([5]);
  const result = await poll(topic, { intervalSeconds: 60, lookedAtMs: Date.now() - 60_000 });
  expect(result.why).toBe('interval');
  expect(topic.polls).toBe(1);
});

test.each([
  ['a different topic id', { topicId: 'topic-0' }],
  ['more partitions', { partitionCount: 1 }],
  ['a cursor beyond the end', { cursors: ['11', '0'] }],
  ['a cursor before the log', { cursors: ['3', '0'] }],
])('%s is reported at once', async (_, changes) => {
  const topic = fakeTopic([10, 0]);
  topic.partitions[0] = { logStart: 4, timestamps: new Array<number>(6).fill(0) };
  const result = await poll(topic, { cursors: ['10', '0'], intervalSeconds: 3_600, ...changes });
  expect(result.why).toBe('changed');
});

test('fewer partitions than before are no change, because a recreated topic may have fewer forever', async () => {
  const topic = fakeTopic([1]);
  const known = {
    partitions: [0, 1],
    partitionCount: 2,
    cursors: ['0', '0'],
    intervalSeconds: 0.05,
  };
  expect((await poll(topic, known)).why).toBe('interval');
});

test('a bounded run ends at the first record at or after its timestamp', async () => {
  const topic = fakeTopic([0, 0]);
  topic.partitions = [
    { logStart: 10, timestamps: [100, 200, 300] },
    { logStart: 0, timestamps: [250] },
  ];
  const result = await poll(topic, { cursors: ['13', '1'], untilMs: 200 });
  expect(result.until).toEqual(['11', '0']);
});

test('a past timestamp resolves to the end of the log unless a transaction is open', async () => {
  const topic = fakeTopic([3, 3]);
  topic.partitions[1]!.openTransaction = true;
  void waitUntil(() => topic.polls > 0, { what: 'the transaction was seen open' }).then(
    () => (topic.partitions[1]!.openTransaction = false),
  );
  const result = await poll(topic, { cursors: ['3', '3'], untilMs: 200 });
  expect(result.until).toEqual(['3', '3']);
  expect(topic.polls).toBeGreaterThan(1);
});

test('a timestamp that a leader has not resolved does not count as the end of the log', async () => {
  const topic = fakeTopic([3, 3]);
  const { offsetsAtSoon } = topic.source;
  let looks = 0;
  topic.source.offsetsAtSoon = async (...asked) => {
    const found = new Map(await offsetsAtSoon(...asked));
    looks += 1;
    if (looks < 3) found.delete(1);
    return found;
  };
  const result = await poll(topic, { cursors: ['3', '3'], untilMs: 200 });
  expect(looks).toBe(3);
  expect(result.until).toEqual(['3', '3']);
});

test('a cancelled poll ends at once', async () => {
  const environment = new MockActivityEnvironment();
  setTimeout(() => {
    environment.cancel('CANCELLED');
  }, 50);
  const topic = fakeTopic([0]);
  const dependencies = { ...topic, tables: NO_TABLES, ticks };
  await expect(environment.run(awaitRecords, inputFor(topic), dependencies)).rejects.toThrow(
    'CANCELLED',
  );
});

test('a table with an open warning is checked while no records arrive, and a change ends the wait', async () => {
  const { target } = aResolution([0]);
  const wishes = { lanes: 1, durability: 'server' } as const;
  const table = { target, wishes, describeAfterMs: 0 };
  const answers = (found: Target | null) => {
    let asked = 0;
    const describe = async () => {
      asked += 1;
      if (found === null) throw new Error('ClickHouse is down');
      return { target: found, unfilled: [], notDurable: null, changedAtMs: null };
    };
    return { describe, asked: () => asked };
  };
  const better = { ...target, columns: [...target.columns, 'metadata'] };
  expect(await poll(fakeTopic([0]), { table }, answers(better))).toMatchObject({
    why: 'table',
    foundTarget: better,
  });
  // No change, an outage, and a case for a person leave the wait unchanged.
  const less = { ...target, columns: [] };
  const other = { ...better, tableId: 'table-2' };
  for (const found of [{ ...target, describedMs: 5 }, null, less, other]) {
    const tables = answers(found);
    const result = await poll(fakeTopic([1]), { table }, tables);
    expect(result.why).toBe('interval');
    expect(result.foundTarget).toBeUndefined();
    expect(tables.asked()).toBe(1);
  }
  const later = answers(better);
  const inTime = { ...table, describeAfterMs: Date.now() + 3_600_000 };
  expect((await poll(fakeTopic([1]), { table: inTime }, later)).why).toBe('interval');
  expect(later.asked()).toBe(0);
});

test('an open transaction is reported with its offset, start and producer', async () => {
  const topic = fakeTopic([500, 9]);
  topic.partitions[0]!.openTransaction = true;
  topic.producers = [{ partition: 0, producerId: '4711', firstOffset: 500 }];
  const input = { cursors: ['500', '0'], watched: [], intervalSeconds: 0.2 };
  const result = await poll(topic, input);
  expect(result).toMatchObject({ ends: ['500', '9'], logEnds: ['501', '9'] });
  expect(result.undecided).toMatchObject([{ partition: 0, first: '500', producerId: '4711' }]);
  expect(result.undecided?.[0]?.sinceMs).toBeLessThan(result.lookedAtMs);
});

test('records that wait for a transaction end the wait after half a minute instead of five', () => {
  const watch = watchUndecided(inputFor(fakeTopic([500])));
  const seen = (end: number, highWatermark: number) =>
    allAvailable({
      topicId: 'topic-1',
      partitions: [{ partition: 0, logStart: 0, end, highWatermark }],
    });
  watch.saw(seen(500, 510), 1_000);
  expect(watch.isOpen()).toBe(false);
  watch.saw(seen(500, 510), 1_500);
  expect(watch.isOpen()).toBe(true);
  watch.saw(seen(505, 510), 2_000);
  expect(watch.isOpen()).toBe(false);
  watch.saw(seen(510, 510), 2_500);
  watch.saw(seen(510, 510), 3_000);
  expect(watch.isOpen()).toBe(false);
  expect(AWAIT_UNDECIDED_MS).toBeLessThan(AWAIT_IDLE_MS);
});

test('a cursor beyond an open transaction is awaited and is not a different log', async () => {
  const topic = fakeTopic([500, 9]);
  topic.partitions[0]!.openTransaction = true;
  expect(await poll(topic, { cursors: ['501', '0'] })).toMatchObject({ why: 'interval' });
  expect(await poll(topic, { cursors: ['502', '0'] })).toMatchObject({ why: 'changed' });
});

test('a log that was truncated below its cursor returns at once, however long it is', async () => {
  const topic = fakeTopic([500]);
  topic.diverged = [{ partition: 0, offset: 60, isExact: true }];
  const leaderEpochs = [[[3, 0]]] as const;
  const result = await poll(topic, { cursors: ['400'], leaderEpochs, intervalSeconds: 3_600 });
  expect(result).toMatchObject({ why: 'changed', diverged: topic.diverged, endLeaderEpochs: [0] });
});

test('logs are compared again when one of them gets a new leader', async () => {
  const topic = fakeTopic([500]);
  setTimeout(() => {
    // Without a new leader, the logs would not be compared.
    topic.diverged = [{ partition: 0, offset: 60, isExact: true }];
    topic.leaderEpoch = 1;
  }, 120);
  const result = await poll(topic, { cursors: ['500'], leaderEpochs: [[[0, 0]]] });
  expect(result).toMatchObject({ why: 'changed', endLeaderEpochs: [1] });
});

const NONE_TOLD = { unavailable: [] };

test('partitions whose leaders answer are awaited beside one whose leader does not', async () => {
  const topic = fakeTopic([40, 7]);
  topic.unavailable.set(1, Date.now());
  const result = await poll(topic, { cursors: ['0', '3'], ...NONE_TOLD });
  expect(result).toMatchObject({
    why: 'interval',
    ends: ['40', '3'],
    logEnds: ['40', '3'],
    logStarts: ['0', '3'],
    unavailable: [{ partition: 1, why: 'silent', broker: '2 (kafka-2:9092)' }],
  });
});

test('held partitions whose leader does not answer are distinguished from watched ones', async () => {
  const topic = fakeTopic([40, 7]);
  topic.unavailable.set(1, Date.now());
  const result = await poll(topic, { partitions: [0], watched: [1], ...NONE_TOLD });
  expect(result).toMatchObject({ watched: [], unavailable: [{ partition: 1 }] });
});

test('a leader that has been silent for some time is reported, and so is its next answer', async () => {
  const topic = fakeTopic([0, 0]);
  topic.unavailable.set(1, Date.now() - UNAVAILABLE_TOLD_MS);
  expect(await poll(topic, NONE_TOLD)).toMatchObject({
    why: 'idle',
    unavailable: [{ partition: 1 }],
  });
  const polled = poll(topic, { unavailable: [1] });
  await waitUntil(() => topic.polls > 3, { what: 'what is known is not told' });
  topic.unavailable.clear();
  const result = await polled;
  expect(result.why).toBe('idle');
  expect(result.unavailable).toBeUndefined();
});

test('a workflow of an older release receives the offsets of all partitions or none', async () => {
  const topic = fakeTopic([100]);
  let isAsked = false;
  topic.source.availableOffsets = () => {
    isAsked = true;
    return Promise.reject(new Error('not known then'));
  };
  expect((await poll(topic)).why).toBe('full');
  expect(isAsked).toBe(false);
});
