// Promise: a batch is held if another running pipeline commits to its group. If the owner is unknown, the batch continues and
// commits nothing, so that the next one that can ask still finds the other's name there. Checked over in-memory ports.
import { expect, test } from 'vitest';
import { checkBatch } from '../../../../src/activities/ingest-batch/batch-checks.js';
import type { CommittedSoon } from '../../../../src/domain/log/group-offsets.js';
import { commitMetadata } from '../../../../src/domain/pipeline/commit-metadata.js';
import { aPlan } from '../../../support/pipeline-builders.js';

const PLAN = aPlan([[0, 0, 5]]);
const TOPIC = { topicId: PLAN.topicId };

function check(committed: CommittedSoon, plan = PLAN) {
  return checkBatch(plan, TOPIC, 'me', {
    groups: {
      committed: () => Promise.reject(new Error('that may take long')),
      committedSoon: () => Promise.resolve(committed),
      commit: () => Promise.resolve({ kind: 'committed' }),
    },
    tables: { identify: () => Promise.resolve(null) } as never,
    workflows: { isRunning: (name: string) => Promise.resolve(name === 'other') } as never,
  });
}

function committedBy(workflowId: string): CommittedSoon {
  const metadata = commitMetadata({ workflowId, batch: 1, topicId: '', log: undefined });
  return { kind: 'known', offsets: [{ partition: 0, offset: 3, metadata }] };
}

test('offsets are committed to a group that nobody else uses', async () => {
  expect(await check(committedBy('me'))).toEqual({ held: null, mayNotCommit: null });
  expect(await check(committedBy('ended'))).toEqual({ held: null, mayNotCommit: null });
});

test('another running pipeline in the group holds the batch', async () => {
  const { held } = await check(committedBy('other'));
  expect(held).toMatchObject({ reason: 'GroupOwnedElsewhere', partitions: [0] });
});

test('if the owner is unknown, the batch continues and commits nothing', async () => {
  const unknown = { kind: 'unknown', why: 'nobody answers' } as const;
  expect(await check(unknown)).toEqual({ held: null, mayNotCommit: 'nobody answers' });
});

test('a decision that the group belongs to the pipeline skips the wait for its coordinator', async () => {
  const unknown = { kind: 'unknown', why: 'nobody answers' } as const;
  const plan = { ...PLAN, takeGroup: true };
  expect(await check(unknown, plan)).toEqual({ held: null, mayNotCommit: null });
});
