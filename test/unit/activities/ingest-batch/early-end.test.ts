// Promise: a batch ends early only if that leaves no row behind that a later plan could not find, or would send to a view twice
// or never. Checked on plans of every kind.
import { expect, test } from 'vitest';
import { mayEndEarly, unavailableOf } from '../../../../src/activities/ingest-batch/topic-news.js';
import type { BatchPlan } from '../../../../src/domain/pipeline/batch-plan.js';
import { aPlan } from '../../../support/pipeline-builders.js';

function may(changes: Partial<BatchPlan>, { attempt = 1, views = [] as string[] } = {}) {
  const plan = aPlan([[0, 0, 5]], { mayEndEarly: true, ...changes });
  const execution = { workflowId: 'w', runId: 'r', activityId: '1', attempt };
  return mayEndEarly({ plan, execution }, { views: () => Promise.resolve(views) });
}

test('a first attempt may, because its blocks match the plan up to where it ends', async () => {
  expect(await may({})).toBe(true);
  expect(await may({ findable: false })).toBe(true);
  expect(await may({}, { views: ['db.view'] })).toBe(true);
  expect(await may({ earlierSends: 'unknown' }, { views: ['db.view'] })).toBe(true);
});

test('a later attempt may if rows can be found and no view depends on the earlier blocks', async () => {
  expect(await may({}, { attempt: 2 })).toBe(true);
  expect(await may({}, { attempt: 2, views: ['db.view'] })).toBe(false);
  expect(await may({ findable: false }, { attempt: 2 })).toBe(false);
  expect(await may({ earlierSends: 'same-blocks' })).toBe(true);
  expect(await may({ earlierSends: 'same-blocks' }, { views: ['db.view'] })).toBe(false);
  expect(await may({ earlierSends: 'unknown' }, { attempt: 2, views: ['db.view'] })).toBe(true);
});

test('a plan that a person decided about or an older release made is completed', async () => {
  expect(await may({ mayEndEarly: undefined })).toBe(false);
});

test('only the partitions of the plan count', () => {
  const of = (partition: number) => {
    return { partition, why: 'silent' as const, broker: '2 (kafka-2:9092)', sinceMs: 1 };
  };
  const plan = aPlan([
    [1, 0, 5],
    [3, 0, 5],
  ]);
  expect(unavailableOf(plan, { unavailable: [of(0), of(3)] })).toEqual([of(3)]);
});
