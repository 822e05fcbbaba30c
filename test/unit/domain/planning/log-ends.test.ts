// Promise: lag extends to the end of the log, says when that was seen, and distinguishes an open transaction from records that
// only arrived between two reads. Checked on states made by hand.
import { expect, test } from 'vitest';
import { foldAwait } from '../../../../src/domain/planning/fold-await.js';
import { foldBatch } from '../../../../src/domain/planning/fold-batch.js';
import { foldLogSeen, withLook } from '../../../../src/domain/planning/log-ends.js';
import { nextStep } from '../../../../src/domain/planning/next-step.js';
import { resolveHold } from '../../../../src/domain/planning/resolve-hold.js';
import type { PipelineState } from '../../../../src/domain/pipeline/state.js';
import { pipelineStatus } from '../../../../src/domain/status/status.js';
import { aDone, aPlan, aState, aStats, NOW_MS, RUN } from '../../../support/pipeline-builders.js';

const statusOf = (state: PipelineState) =>
  pipelineStatus(state, { pause: null, draining: null, inHand: [] });
const look = (end: number, logEnd: number, atMs: number, partition = 0) => ({
  atMs,
  ends: [{ partition, end: String(end), logEnd: String(logEnd) }],
});
const after = (...looks: ReturnType<typeof look>[]) => looks.reduce(withLook, aState([0]));

test('records behind an open transaction are lag', () => {
  const status = statusOf(after(look(500, 1_001, NOW_MS)));
  expect(status.lag).toBe(1_001);
  expect(status.partitions).toMatchObject([
    { cursor: '0', end: '500', logEnd: '1001', lag: 1_001, seenAt: '2026-11-23T07:00:00.000Z' },
  ]);
  expect(status.lagSeenAt).toBe('2026-11-23T07:00:00.000Z');
});

test('a transaction is shown from the second observation at the same offset, with its age', () => {
  const first = after(look(500, 600, NOW_MS));
  expect(statusOf(first).partitions[0]).not.toHaveProperty('openTransaction');
  const second = withLook(first, look(500, 1_001, NOW_MS + 59_000));
  expect(statusOf(second).partitions[0]?.openTransaction).toEqual({
    firstOffset: '500',
    since: '2026-11-23T07:00:00.000Z',
    records: 501,
  });
  expect(statusOf(second).warnings).toEqual([]);
  const third = withLook(second, look(500, 1_001, NOW_MS + 61_000));
  expect(statusOf(third).warnings.join()).toContain(
    'abort --topic stream-events --partition 0 --start-offset 500',
  );
});

test('an end that moves has no long open transaction, and one that is reached has none', () => {
  const moving = after(look(500, 600, NOW_MS), look(550, 700, NOW_MS + 90_000));
  expect(statusOf(moving).partitions[0]).not.toHaveProperty('openTransaction');
  const ended = after(look(500, 600, NOW_MS), look(600, 600, NOW_MS + 90_000));
  expect(ended.undecided).toEqual([]);
});

test('a wait that watched a blocked partition reports since when, and the producer', () => {
  const undecided = [{ partition: 0, first: '500', sinceMs: NOW_MS - 20_000, producerId: '7' }];
  const state = withLook(aState([0]), { ...look(500, 501, NOW_MS), undecided });
  expect(statusOf(state).partitions[0]?.openTransaction).toEqual({
    firstOffset: '500',
    since: '2026-11-23T06:59:40.000Z',
    records: 1,
    producerId: '7',
  });
});

test('an observation older than the last one changes nothing', () => {
  const state = after(look(500, 1_001, NOW_MS));
  expect(withLook(state, look(10, 10, NOW_MS - 1))).toEqual(state);
});

test('reports of workers during a retry count, unless they are of another topic', () => {
  const seen = { topicId: 'topic-1', atMs: NOW_MS, ends: ['70'], logEnds: ['90'] };
  expect(statusOf(foldLogSeen(aState([10]), seen)).lag).toBe(90);
  expect(foldLogSeen(aState([10]), { ...seen, topicId: 'topic-2' })).toEqual(aState([10]));
  const [more, fewer] = [aState([1, 1]), aState([1])];
  expect(foldLogSeen(more, seen).partitions.logEnd).toEqual(['90', '1']);
  expect(foldLogSeen(fewer, { ...seen, ends: ['1', '2'], logEnds: ['1', '2'] })).toMatchObject({
    partitions: { logEnd: ['1'] },
  });
});

test('a batch reports the end of the log as it saw it', () => {
  const plan = aPlan([[0, 0, 10]]);
  const done = [{ ...aDone(0, 0, 10, 10), highWatermark: '35' }];
  const outcome = { kind: 'done', done, stats: aStats(10), warnings: [] } as const;
  const state = foldBatch(aState([10]), plan, { ...outcome, lookedAtMs: NOW_MS }, NOW_MS + 5);
  expect(statusOf(state)).toMatchObject({ lag: 25, lagSeenAt: '2026-11-23T07:00:00.000Z' });
});

test('a state and a batch of the previous release contain only the last stable offset', () => {
  const plan = aPlan([[0, 0, 10]]);
  const outcome = { kind: 'done', done: [aDone(0, 0, 10, 12)], stats: aStats(10), warnings: [] };
  const state = foldBatch(aState([10]), plan, { ...outcome, kind: 'done' }, NOW_MS);
  expect(statusOf(state)).toMatchObject({ lag: 2, lagSeenAt: null });
  expect(state.partitions).not.toHaveProperty('logEnd');
});

const RESULT = {
  ...{ lookedAtMs: NOW_MS, topicId: 'topic-1', partitionCount: 1, logStarts: ['0'], until: null },
  why: 'idle',
} as const;

function awaited(state: PipelineState) {
  const step = nextStep(state, 0, { ...RUN, due: false, lookedAtMs: null });
  if (step.kind !== 'await') throw new Error(step.kind);
  return step.input;
}

test('a cursor between the last stable offset and the end of the log is not a rewound topic', () => {
  const state = aState([0]);
  const ahead = { ...state, partitions: { ...state.partitions, cursor: ['700'] } };
  const folded = foldAwait(ahead, awaited(ahead), { ...RESULT, ends: ['500'], logEnds: ['1001'] });
  expect(folded.holds).toEqual([]);
  expect(statusOf(folded).lag).toBe(301);
  const beyond = foldAwait(ahead, awaited(ahead), { ...RESULT, ends: ['500'], logEnds: ['600'] });
  expect(beyond.holds).toMatchObject([{ hold: { reason: 'TopicRewound', logEnd: '600' } }]);
});

test('the ends of a held partition are updated while its lane waits for others', () => {
  const held = foldAwait(aState([0, 0]), awaited(aState([0, 0])), {
    ...{ ...RESULT, partitionCount: 2, logStarts: ['5', '0'], ends: ['9', '0'] },
  });
  expect(held.holds).toMatchObject([{ hold: { partition: 0, reason: 'DataLost' } }]);
  expect(awaited(held)).toMatchObject({ partitions: [1], watched: [0] });
  const later = foldAwait(held, awaited(held), {
    ...{ ...RESULT, partitionCount: 2, ends: ['0'], lookedAtMs: NOW_MS + 1_000 },
    watched: [{ partition: 0, end: '40', logEnd: '50' }],
  });
  expect(later.holds).toEqual(held.holds);
  expect(statusOf(later).partitions[0]).toMatchObject({ end: '40', lag: 50, hold: 'DataLost' });
  const decided = resolveHold(
    later,
    { partition: 0, action: 'continue' },
    { inHand: [], nowMs: NOW_MS },
  );
  expect(decided).toMatchObject({ kind: 'resolved', state: { skips: [{ first: '0', end: '5' }] } });
});
