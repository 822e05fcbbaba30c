// Promise: a batch reads nothing of a log that differs from the planned one, reads what comes before the difference, and reports
// for each partition where it is. Checked over an in-memory topic.
import { expect, test } from 'vitest';
import { checkLog } from '../../../../src/activities/ingest-batch/check-log.js';
import type { Divergence, LogPosition } from '../../../../src/domain/log/divergence.js';
import { allAvailable } from '../../../../src/domain/log/topic-offsets.js';
import { aPlan } from '../../../support/pipeline-builders.js';

const RANGES = [
  [0, 100, 200],
  [1, 100, 200],
  [2, 100, 200],
] as const;

/** `finds` is called for each position. */
async function check(
  finds: (position: LogPosition) => number | null,
  { leaderEpoch = 7, endLeaderEpoch = 6 } = {},
) {
  const plan = aPlan(RANGES);
  const ranges = plan.ranges.map((range) => {
    return { ...range, endLeaderEpoch, leaderEpochs: [[4, 0]] as const };
  });
  const asked: LogPosition[] = [];
  const divergences = (_: string, positions: readonly LogPosition[]) => {
    asked.push(...positions);
    const found = positions.flatMap((position): readonly Divergence[] => {
      const offset = finds(position);
      return offset === null ? [] : [{ partition: position.partition, offset, isExact: true }];
    });
    return Promise.resolve(found);
  };
  const partitions = RANGES.map(([partition]) => {
    return { partition, logStart: 5, end: 300, highWatermark: 300, leaderEpoch };
  });
  const checked = await checkLog(
    { ...plan, ranges },
    {
      ranges: RANGES.map(([partition, first, end]) => ({ partition, epoch: 0, first, end })),
      topic: allAvailable({ topicId: 'topic-1', partitions }),
      source: { divergences } as never,
    },
  );
  return { checked, asked };
}

test('the whole range is read if the logs are unchanged', async () => {
  const { checked } = await check(() => null);
  expect(checked.held).toBeNull();
  expect(checked.ranges).toHaveLength(3);
});

test('earlier ranges are compared, and planned ranges if the leader is another one', async () => {
  const { asked } = await check(() => null);
  expect(asked).toContainEqual({ partition: 1, end: 100, leaderEpochs: [[4, 0]] });
  expect(asked).toContainEqual({ partition: 1, end: 200, leaderEpochs: [[6, 200]] });
  const same = await check(() => null, { leaderEpoch: 6 });
  expect(same.asked).toHaveLength(3);
});

test('a log that differs before its range is not read, and one that differs within it is read up to there', async () => {
  const { checked } = await check(({ partition, end }) => {
    if (partition === 0) return 60;
    return partition === 1 && end === 200 ? 150 : null;
  });
  expect(checked.ranges).toEqual([
    { partition: 1, epoch: 0, first: 100, end: 150 },
    { partition: 2, epoch: 0, first: 100, end: 200 },
  ]);
  expect(checked.held).toMatchObject({
    partitions: expect.arrayContaining([0, 1]) as number[],
    reason: 'TopicRewound',
  });
  expect(checked.held?.each).toMatchObject([
    { partition: 0, divergedAt: '60', logEnd: '300', firstAvailable: '5' },
    { partition: 1, divergedAt: '150' },
  ]);
  expect(checked.held?.each?.[0]?.detail).toContain('from offset 60 on');
  expect(checked.held?.each?.[0]?.detail).toContain('next offset to read was 100');
});

test('leaders that do not answer are not awaited if the batch may end early', async () => {
  const plan = aPlan(RANGES);
  const unanswered = [{ partition: 1, why: 'silent', broker: '1 (b:9092)', sinceMs: 5 }] as const;
  const checked = await checkLog(
    {
      ...plan,
      ranges: plan.ranges.map((range) => ({ ...range, leaderEpochs: [[4, 0]] as const })),
    },
    {
      ranges: RANGES.map(([partition, first, end]) => ({ partition, epoch: 0, first, end })),
      topic: allAvailable({ topicId: 'topic-1', partitions: [] }),
      source: { divergencesSoon: async () => ({ diverged: [], unanswered }) } as never,
      isImpatient: true,
    },
  );
  expect(checked).toMatchObject({ held: null, unanswered });
});
