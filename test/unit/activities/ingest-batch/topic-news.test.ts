// Promise: a batch reports partitions that have grown meanwhile, and their number, so that nothing waits for the end of another
// partition's backlog. It reports nothing about another topic of the same name. Checked on the possible states of a topic.
import { expect, test } from 'vitest';
import { lookAfter, topicNews } from '../../../../src/activities/ingest-batch/topic-news.js';
import type { AvailableOffsets } from '../../../../src/domain/log/topic-offsets.js';
import { aPlan } from '../../../support/pipeline-builders.js';

const WATCHED = [
  { partition: 1, end: '70' },
  { partition: 2, end: '70' },
  { partition: 3, end: '70' },
];
const plan = aPlan([[0, 0, 5]], { watched: WATCHED });

function topicOf(ends: Readonly<Record<number, number>>): AvailableOffsets {
  const partitions = Object.entries(ends).map(([partition, end]) => {
    const offsets = { partition: Number(partition), logStart: 0, end, highWatermark: end + 1 };
    return [Number(partition), { ...offsets, leaderEpoch: 4 }] as const;
  });
  const { topicId } = plan;
  return { topicId, partitionCount: 6, partitions: new Map(partitions), unavailable: [] };
}

test('watched partitions that have grown are reported with their ends', () => {
  expect(topicNews(plan, topicOf({ 0: 9, 1: 71, 2: 70, 3: 60, 4: 900 }))).toEqual({
    grown: [{ partition: 1, end: '71', logEnd: '72', leaderEpoch: 4 }],
    partitionCount: 6,
  });
});

test('a plan that watches nothing or is of an older release receives only the number of partitions', () => {
  const { watched, ...older } = plan;
  expect(watched).toHaveLength(3);
  expect(topicNews(older, topicOf({ 0: 9, 1: 71 }))).toEqual({ partitionCount: 6 });
});

test('a partition without a leader is not reported', () => {
  expect(topicNews(plan, topicOf({ 0: 9 }))).toEqual({ partitionCount: 6 });
});

test('nothing is reported about another topic of the same name', () => {
  const topic = { ...topicOf({ 1: 71 }), topicId: 'another' };
  expect(topicNews(plan, topic)).toEqual({});
});

test('the topic is checked again after a batch that watches partitions, and a failed answer is ignored', async () => {
  let asked = 0;
  const source = {
    availableOffsets: () => {
      asked += 1;
      return asked === 1 ? Promise.resolve(topicOf({ 1: 71 })) : Promise.reject(new Error('away'));
    },
  };
  expect((await lookAfter(plan, source))?.partitions.get(1)?.end).toBe(71);
  expect(await lookAfter(plan, source)).toBeNull();
  expect(await lookAfter(aPlan([[0, 0, 5]]), source)).toBeNull();
  expect(asked).toBe(2);
});
