// Promise: a long poll adds known ends, new partitions and inconsistencies between log and cursor to the state, and never moves
// a cursor. Checked fold by fold.
import { expect, test } from 'vitest';
import type { AwaitInput, AwaitResult } from '../../../../src/domain/pipeline/await-records.js';
import { foldAwait } from '../../../../src/domain/planning/fold-await.js';
import { nextStep } from '../../../../src/domain/planning/next-step.js';
import { type PipelineState, TO_LOG_END } from '../../../../src/domain/pipeline/state.js';
import { aSettings, aState, NOW_MS, RUN } from '../../../support/pipeline-builders.js';

function inputOf(state: PipelineState): AwaitInput {
  const step = nextStep(state, 0, { ...RUN, due: false, lookedAtMs: null });
  if (step.kind !== 'await') throw new Error(`the lane wants to ${step.kind}`);
  return step.input;
}

function seen(changes: Partial<AwaitResult>): AwaitResult {
  return {
    lookedAtMs: NOW_MS,
    topicId: 'topic-1',
    partitionCount: 2,
    ends: ['0', '0'],
    logStarts: ['0', '0'],
    until: null,
    why: 'interval',
    ...changes,
  };
}

function at(cursors: readonly string[], settings = aSettings()): PipelineState {
  const state = aState([0, 0], { settings });
  return { ...state, partitions: { ...state.partitions, cursor: cursors, end: cursors } };
}

const fold = (state: PipelineState, result: Partial<AwaitResult>) =>
  foldAwait(state, inputOf(state), seen(result));

test('ends become known and no cursor moves', () => {
  const next = fold(at(['3', '4']), { ends: ['30', '40'] });
  expect(next.partitions.end).toEqual(['30', '40']);
  expect(next.partitions.cursor).toEqual(['3', '4']);
});

test('"reconcile to the end" takes the observed end', () => {
  const state = at(['3', '4']);
  const reconcileUntil = [TO_LOG_END, '2'];
  const open = { ...state, partitions: { ...state.partitions, reconcileUntil } };
  expect(fold(open, { ends: ['30', '40'] }).partitions.reconcileUntil).toEqual(['30', '2']);
});

test('new partitions start at 0 in the least loaded lane, without moving others', () => {
  const next = fold(at(['3', '4'], aSettings({ lanes: 2 })), { partitionCount: 5, ends: ['3'] });
  expect(next.partitions.lane).toEqual([0, 1, 0, 1, 0]);
  expect(next.partitions.cursor).toEqual(['3', '4', '0', '0', '0']);
});

test('an id where brokers gave none before is the same topic', () => {
  const none = 'AAAAAAAAAAAAAAAAAAAAAA';
  const next = fold(
    { ...at(['3', '4']), topicId: none },
    { topicId: 'topic-1', ends: ['30', '40'] },
  );
  expect(next.holds).toEqual([]);
  expect(next.partitions.end).toEqual(['30', '40']);
});

test('a different id is a different topic', () => {
  const next = fold(at(['3', '4']), { topicId: 'topic-2', ends: ['30', '40'] });
  expect(next.holds.map(({ hold }) => hold.reason)).toEqual(['TopicRewound', 'TopicRewound']);
});

test('new partitions start above the epochs of other logs with the topic’s name', () => {
  const log = { choice: 'new', sameAs: [], unknownSince: 3, firstEpoch: 3 } as const;
  const next = fold({ ...at(['3', '4']), log }, { partitionCount: 4, ends: ['3'] });
  expect(next.partitions.epoch).toEqual([0, 0, 3, 3]);
});

test('a bounded run ignores partitions that were added after its start', () => {
  const state = at(['3', '4'], aSettings({ until: { timestamp: '2027-01-01T00:00:00Z' } }));
  const open = { ...state, partitions: { ...state.partitions, until: [null, null] } };
  expect(fold(open, { partitionCount: 3 }).partitions.until).toEqual([null, null, '0']);
});

test('an end that retention overtook is held with the first remaining offset', () => {
  const next = fold(at(['3', '4']), { ends: ['90', '90'], logStarts: ['50', '4'] });
  expect(next.holds.map(({ hold }) => hold)).toMatchObject([
    {
      partition: 0,
      reason: 'DataLost',
      range: { partition: 0, first: '3', end: '50' },
      firstAvailable: '50',
    },
  ]);
  expect(next.partitions.cursor).toEqual(['3', '4']);
});

test('with onDataLoss "skip" the same becomes a recorded skip', () => {
  const state = at(['3', '4'], aSettings({ onDataLoss: 'skip' }));
  const next = fold(state, { ends: ['90', '90'], logStarts: ['50', '4'] });
  expect(next.holds).toEqual([]);
  expect(next.skips).toMatchObject([{ partition: 0, epoch: 0, first: '3', end: '50' }]);
});

test('a log that ends before the cursor is held as rewound', () => {
  const next = fold(at(['30', '4']), { ends: ['7', '4'] });
  expect(next.holds.map(({ hold }) => [hold.partition, hold.reason])).toEqual([
    [0, 'TopicRewound'],
  ]);
});

test('a different topic holds every partition, even with a longer log', () => {
  const next = fold(at(['30', '4']), { topicId: 'topic-2', ends: ['99', '99'] });
  expect(
    next.holds.map(({ hold, foundTopicId }) => [hold.partition, hold.reason, foundTopicId]),
  ).toEqual([
    [0, 'TopicRewound', 'topic-2'],
    [1, 'TopicRewound', 'topic-2'],
  ]);
  expect(next.partitions.end).toEqual(['30', '4']);
});

test('the first answer with an end fixes the end of a bounded run', () => {
  const state = at(['3', '4'], aSettings({ until: { timestamp: '2027-01-01T00:00:00Z' } }));
  const open = { ...state, partitions: { ...state.partitions, until: [null, null] } };
  const once = fold(open, { ends: ['9', '9'], until: ['8', null] });
  expect(once.partitions.until).toEqual(['8', null]);
  expect(fold(once, { ends: ['9', '9'], until: ['9', '9'] }).partitions.until).toEqual(['8', '9']);
});

test('a log that was truncated and grew beyond the cursor is held with the first different offset', () => {
  const diverged = [{ partition: 0, offset: 12, isExact: true }];
  const next = fold(at(['30', '4']), { ends: ['90', '4'], endLeaderEpochs: [6, 5], diverged });
  expect(next.holds.map(({ hold }) => hold)).toMatchObject([
    {
      partition: 0,
      reason: 'TopicRewound',
      divergedAt: '12',
      logEnd: '90',
      range: { first: '30' },
    },
  ]);
  expect(next.holds[0]?.hold.detail).toContain('from offset 12 on');
  expect(next.partitions.endLeaderEpoch).toEqual([6, 5]);
  expect(next.partitions.cursor).toEqual(['30', '4']);
});

const silent = { partition: 1, why: 'silent', broker: '2 (kafka-2:9092)' } as const;

test('a partition without an answer keeps its cursor and ends, and is not inconsistent', () => {
  const before = at(['3', '4']);
  const state = {
    ...before,
    partitions: { ...before.partitions, end: ['3', '9'], reconcileUntil: ['0', TO_LOG_END] },
  };
  const unavailable = [{ ...silent, sinceMs: NOW_MS - 1_000 }];
  const next = fold(state, { ends: ['30', '4'], logStarts: ['0', '4'], unavailable });
  expect(next.partitions).toMatchObject({
    cursor: ['3', '4'],
    end: ['30', '9'],
    logStart: ['0', '0'],
    reconcileUntil: ['0', TO_LOG_END],
  });
  expect(next.holds).toEqual([]);
  expect(next.unavailable).toEqual([{ ...silent, sinceMs: NOW_MS - 1_000, seenMs: NOW_MS }]);
});

test('an absence lasts from its first observation, by any lane, to the next answer', () => {
  const first = fold(at(['3', '4']), {
    ends: ['3', '4'],
    unavailable: [{ ...silent, sinceMs: NOW_MS - 9_000 }],
  });
  const later = fold(first, {
    lookedAtMs: NOW_MS + 1_000,
    ends: ['3', '4'],
    unavailable: [{ ...silent, sinceMs: NOW_MS }],
  });
  expect(later.unavailable).toMatchObject([{ sinceMs: NOW_MS - 9_000, seenMs: NOW_MS + 1_000 }]);
  const back = fold(later, { lookedAtMs: NOW_MS + 2_000, ends: ['3', '8'] });
  expect(back.unavailable).toBeUndefined();
  expect(back.partitions.end).toEqual(['3', '8']);
});
