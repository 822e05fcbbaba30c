// Promise: cursors move only by what a batch reports as done, and only if that continues them exactly. Everything else is
// refused with an alarm. Checked on single folds and on random tilings of a plan.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BatchOutcome } from '../../../../src/domain/pipeline/batch-plan.js';
import { foldBatch } from '../../../../src/domain/planning/fold-batch.js';
import { nextStep } from '../../../../src/domain/planning/next-step.js';
import {
  aDone,
  allDone,
  aPlan,
  aStats,
  aState,
  NOW_MS,
  RUN,
} from '../../../support/pipeline-builders.js';

const plan = aPlan([
  [0, 0, 10],
  [1, 0, 5],
]);
const state = aState([10, 5]);

test('a completed batch moves its cursors, counters and history', () => {
  const next = foldBatch(state, plan, allDone(plan), NOW_MS);
  expect(next.partitions.cursor).toEqual(['10', '5']);
  expect(next.partitions.rows).toEqual([10, 5]);
  expect(next.totals).toMatchObject({ rows: 15, batches: 1 });
  expect(next.recent.map(({ batch, ranges }) => [batch, ranges])).toEqual([
    [1, 'p0 0-10 · p1 0-5'],
  ]);
  expect(next.nextBatch).toBe(2);
  expect(next.committedMs).toBe(NOW_MS);
});

test('offsets that Kafka did not accept are remembered until a later batch commits them', () => {
  const first = foldBatch(state, plan, { ...allDone(plan), uncommitted: [1] }, NOW_MS);
  expect(first.uncommitted).toEqual([1]);
  const other = aPlan([[0, 10, 12]], { batch: 2 });
  const second = foldBatch(first, other, { ...allDone(other), uncommitted: [0] }, NOW_MS);
  expect(second.uncommitted).toEqual([0, 1]);
  const both = aPlan(
    [
      [0, 12, 14],
      [1, 5, 6],
    ],
    { batch: 3 },
  );
  expect(foldBatch(second, both, allDone(both), NOW_MS).uncommitted).toBeUndefined();
  expect(foldBatch(state, plan, allDone(plan), NOW_MS)).not.toHaveProperty('uncommitted');
});

test('the log end that a batch saw keeps lag fresh, and never moves back', () => {
  const done = [aDone(0, 0, 10, 70), aDone(1, 0, 5, 3)];
  const outcome: BatchOutcome = { kind: 'done', done, stats: aStats(15), warnings: [] };
  expect(foldBatch(state, plan, outcome, NOW_MS).partitions.end).toEqual(['70', '5']);
});

test('partitions that grew while another has a backlog are planned evenly with the next batch', () => {
  const before = aState([5_000, 0, 0]);
  const first = nextStep(before, 0, { ...RUN, due: false, lookedAtMs: NOW_MS });
  if (first.kind !== 'ingest') throw new Error(first.kind);
  const grown = [{ partition: 2, end: '30', logEnd: '31', leaderEpoch: 4 }];
  const done = [aDone(0, 0, 1_000, 5_000)];
  const outcome = { ...allDone(first.plan), done, lookedAtMs: NOW_MS, grown };
  const after = foldBatch(before, first.plan, outcome, NOW_MS);
  expect(after.partitions.logEnd?.[2]).toBe('31');
  const next = nextStep(after, 0, { ...RUN, due: false, lookedAtMs: NOW_MS });
  expect(next.kind === 'ingest' ? next.plan.ranges : next.kind).toMatchObject([
    { partition: 0, first: '1000', end: '1970' },
    { partition: 2, first: '0', end: '30', endLeaderEpoch: 4 },
  ]);
});

test('a partition that a batch takes whole continues with records that arrived meanwhile', () => {
  const before = aState([5_000, 30]);
  const first = nextStep(before, 0, { ...RUN, due: false, lookedAtMs: NOW_MS });
  if (first.kind !== 'ingest') throw new Error(first.kind);
  const done = [aDone(0, 0, 970, 5_000), aDone(1, 0, 30)];
  const grown = [{ partition: 1, end: '45', logEnd: '45', leaderEpoch: 4 }];
  const outcome = { ...allDone(first.plan), done, lookedAtMs: NOW_MS, grown };
  const after = foldBatch(before, first.plan, outcome, NOW_MS);
  const next = nextStep(after, 0, { ...RUN, due: false, lookedAtMs: NOW_MS });
  expect(next.kind === 'ingest' ? next.plan.ranges : next.kind).toMatchObject([
    { partition: 0, first: '970' },
    { partition: 1, first: '30', end: '45' },
  ]);
});

test('batches find partitions that were added while there is a backlog', () => {
  const outcome = { ...allDone(plan), partitionCount: 3 };
  const after = foldBatch(state, plan, outcome, NOW_MS);
  expect(after.partitions.cursor).toEqual(['10', '5', '0']);
  expect(foldBatch(state, plan, allDone(plan), NOW_MS).partitions.cursor).toHaveLength(2);
});

test.each([
  ['leaves a hole', [aDone(0, 0, 4), aDone(0, 5, 10), aDone(1, 0, 5)]],
  ['overlaps', [aDone(0, 0, 6), aDone(0, 5, 10), aDone(1, 0, 5)]],
  ['stops short', [aDone(0, 0, 10), aDone(1, 0, 4)]],
  ['goes too far', [aDone(0, 0, 11), aDone(1, 0, 5)]],
  ['names another partition', [aDone(0, 0, 10), aDone(1, 0, 5), aDone(2, 0, 1)]],
  ['forgets a partition', [aDone(0, 0, 10)]],
  ['is of another epoch', [{ ...aDone(0, 0, 10), epoch: 1 }, aDone(1, 0, 5)]],
])('an answer that %s is refused', (_, done) => {
  const outcome: BatchOutcome = { kind: 'done', done, stats: aStats(), warnings: [] };
  expect(() => foldBatch(state, plan, outcome, NOW_MS)).toThrow(/^Ledger: /);
});

test('an answer that does not continue the cursor is refused', () => {
  const once = foldBatch(state, plan, allDone(plan), NOW_MS);
  expect(() => foldBatch(once, plan, allDone(plan), NOW_MS)).toThrow(/the cursor is at 10/);
});

test('a batch that needs smaller blocks moves past its done part, and reconciles the rest', () => {
  const cut = { ...plan.cut, maxRows: 500 };
  const outcome: BatchOutcome = {
    kind: 'recut',
    done: [aDone(0, 0, 4)],
    rest: [
      { partition: 0, epoch: 0, first: '4', end: '10' },
      { partition: 1, epoch: 0, first: '0', end: '5' },
    ],
    cut,
    why: 'memory limit',
    stats: aStats(4),
    warnings: [],
  };
  const next = foldBatch(state, plan, outcome, NOW_MS);
  expect(next.partitions.cursor).toEqual(['4', '0']);
  expect(next.partitions.reconcileUntil).toEqual(['10', '5']);
  expect(next.shrunk).toMatchObject({ maxRows: 500, why: 'memory limit' });
});

test('a batch that ends early moves past its done part, reconciles the rest, and excludes silent leaders', () => {
  const silent = { partition: 1, why: 'silent', broker: '2 (kafka-2:9092)', sinceMs: 5 } as const;
  const outcome: BatchOutcome = {
    kind: 'partial',
    done: [aDone(0, 0, 4)],
    rest: [
      { partition: 0, epoch: 0, first: '4', end: '10' },
      { partition: 1, epoch: 0, first: '0', end: '5' },
    ],
    unavailable: [silent],
    stats: aStats(4),
    warnings: [],
  };
  const next = foldBatch(state, plan, outcome, NOW_MS);
  expect(next.partitions.cursor).toEqual(['4', '0']);
  expect(next.partitions.reconcileUntil).toEqual(['10', '5']);
  expect(next.unavailable).toEqual([{ ...silent, seenMs: NOW_MS }]);
  const step = nextStep(next, 0, { ...RUN, due: true, lookedAtMs: null });
  expect(step.kind === 'ingest' && step.plan.ranges).toMatchObject([{ partition: 0, first: '4' }]);
});

test('a batch in which all leaders answered ends the absence of earlier silent ones', () => {
  const away = { partition: 1, why: 'silent', broker: null, sinceMs: 5, seenMs: 6 } as const;
  const known = { ...state, unavailable: [away] };
  const one = aPlan([[0, 0, 10]]);
  const outcome = { ...allDone(one), unavailable: [] };
  expect(foldBatch(known, one, outcome, NOW_MS).unavailable).toBeUndefined();
  expect(foldBatch(known, one, allDone(one), NOW_MS).unavailable).toEqual([away]);
});

test('a held partition waits with its plan, and the others of the batch are planned again', () => {
  const outcome: BatchOutcome = {
    kind: 'held',
    held: { partitions: [1], reason: 'TooManyRejections', detail: '3,000 of 4,000' },
    done: [],
    rest: plan.ranges,
    stats: aStats(),
    warnings: [],
  };
  const next = foldBatch(state, plan, outcome, NOW_MS);
  expect(next.holds).toHaveLength(1);
  expect(next.holds[0]).toMatchObject({
    hold: {
      partition: 1,
      reason: 'TooManyRejections',
      range: { partition: 1, first: '0', end: '5' },
    },
    plan: { earlierSends: 'unknown', ranges: [{ partition: 1, first: '0', end: '5' }] },
  });
  expect(next.partitions.cursor).toEqual(['0', '0']);
});

test('what a batch reports of a held partition replaces what was known', () => {
  const heldBy = (reason: 'TopicRewound' | 'TableReplaced', detail: string): BatchOutcome => ({
    kind: 'held',
    held: { partitions: [0, 1], reason, detail },
    done: [],
    rest: plan.ranges,
    stats: aStats(),
    warnings: [],
  });
  const before = foldBatch(state, plan, heldBy('TopicRewound', 'earlier'), NOW_MS);
  const next = foldBatch(before, plan, heldBy('TableReplaced', 'later'), NOW_MS);
  expect(next.holds.map(({ hold }) => hold.detail)).toEqual(['later', 'later']);
  // The offset from which a new table can be filled.
  expect(next.holds.map(({ hold }) => hold.firstAvailable)).toEqual(['0', '0']);
});

test('a reissued plan is no longer pending once its result is folded', () => {
  const pending = aState([10, 5], { pending: [plan] });
  expect(foldBatch(pending, plan, allDone(plan), NOW_MS).pending).toEqual([]);
});

test('only the last 50 batches and 10 warnings are kept', () => {
  let each = aState([1_000]);
  for (let index = 0; index < 60; index++) {
    const one = aPlan([[0, index, index + 1]], { batch: index + 1 });
    each = foldBatch(each, one, { ...allDone(one), warnings: [`w${index}`, 'same'] }, NOW_MS);
  }
  expect(each.recent.map(({ batch }) => batch)).toEqual(
    Array.from({ length: 50 }, (_, index) => index + 11),
  );
  expect(each.warnings).toHaveLength(10);
  expect(each.warnings.filter((text) => text === 'same')).toHaveLength(1);
});

test('any tiling of a plan into done and rest is accepted, and moves exactly the done part', () => {
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 8 });
  fc.assert(
    fc.property(cuts, fc.nat(9), (points, doneCount) => {
      const edges = [0, ...points.toSorted((a, b) => a - b), 100];
      const pieces = edges.slice(1).map((end, index) => [edges[index]!, end] as const);
      const done = pieces.slice(0, doneCount).map(([first, end]) => aDone(0, first, end));
      const rest = pieces
        .slice(doneCount)
        .map(([first, end]) => ({ partition: 0, epoch: 0, first: `${first}`, end: `${end}` }));
      const whole = aPlan([[0, 0, 100]]);
      const outcome: BatchOutcome = {
        kind: 'recut',
        done,
        rest,
        cut: whole.cut,
        why: '',
        stats: aStats(),
        warnings: [],
      };
      const next = foldBatch(aState([100]), whole, outcome, NOW_MS);
      expect(next.partitions.cursor).toEqual([done.at(-1)?.end ?? '0']);
    }),
  );
});

test('leader epochs are kept with the cursor, and with the plan of a held partition', () => {
  const [, second] = plan.ranges;
  const leaderEpochs = [[3, 0]] as const;
  const done = [{ ...aDone(0, 0, 10), leaderEpochs, logEndLeaderEpoch: 6 }];
  const rest = [{ ...second!, leaderEpochs, endLeaderEpoch: 4 }];
  const each = { partition: 1, detail: 'own', firstAvailable: '1', logEnd: '9', divergedAt: '2' };
  const held = { partitions: [1], reason: 'TopicRewound', detail: 'all', each: [each] } as const;
  const known = { kind: 'held', done, rest, held, stats: aStats(), warnings: [] } as const;
  const next = foldBatch(state, plan, { ...known, lookedAtMs: NOW_MS }, NOW_MS);
  expect(next.partitions.leaderEpochs).toEqual([[[3, 0]], []]);
  expect(next.partitions.endLeaderEpoch).toEqual([6, -1]);
  expect(next.holds[0]).toMatchObject({
    hold: { partition: 1, detail: 'own', divergedAt: '2', logEnd: '9', firstAvailable: '1' },
    plan: { ranges: [{ leaderEpochs: [[3, 0]], endLeaderEpoch: 4 }], earlierSends: 'unknown' },
  });
  // An older release reads without recording them, so earlier ones prove nothing about its records.
  const older = { kind: 'done', done: [aDone(0, 10, 12)], stats: aStats(), warnings: [] } as const;
  const after = foldBatch(next, aPlan([[0, 10, 12]]), older, NOW_MS);
  expect(after.partitions.leaderEpochs[0]).toEqual([]);
});
