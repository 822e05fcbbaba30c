// Promise: what a lane does next follows from state alone, and never touches a partition that is held, being skipped or part of
// a plan to reissue. Checked on states built for each rule.
import { expect, test } from 'vitest';
import { nextStep } from '../../../../src/domain/planning/next-step.js';
import type { PipelineState } from '../../../../src/domain/pipeline/state.js';
import { aPlan, aSettings, aState, NOW_MS, RUN } from '../../../support/pipeline-builders.js';

const step = (state: PipelineState, lane = 0, run: Partial<typeof RUN & { due: boolean }> = {}) =>
  nextStep(state, lane, { ...RUN, due: false, lookedAtMs: NOW_MS, ...run });

const rangesOf = (state: PipelineState, lane = 0, due = false) => {
  const next = step(state, lane, { due });
  return next.kind === 'ingest'
    ? next.plan.ranges.map(({ partition, first, end }) => [partition, first, end])
    : next.kind;
};

const hold = (partition: number) => ({
  hold: {
    partition,
    reason: 'DataLost' as const,
    since: '',
    detail: '',
    range: { partition, first: '0', end: '0' },
  },
  plan: null,
});

test('a backlog that fills a batch is planned at once', () => {
  expect(rangesOf(aState([5_000]))).toEqual([[0, '0', '1000']]);
});

test('a backlog that does not fill a batch waits until it is due', () => {
  expect(rangesOf(aState([10]))).toBe('await');
  expect(rangesOf(aState([10]), 0, true)).toEqual([[0, '0', '10']]);
});

test('nothing is planned without records, even if due', () => {
  expect(rangesOf(aState([0]), 0, true)).toBe('await');
});

test('a lane plans only its own partitions', () => {
  const state = aState([10, 20, 30], { settings: aSettings({ lanes: 2 }) });
  expect(rangesOf(state, 0, true)).toEqual([
    [0, '0', '10'],
    [2, '0', '30'],
  ]);
  expect(rangesOf(state, 1, true)).toEqual([[1, '0', '20']]);
});

test('a batch that leaves a backlog watches the other partitions of its lane', () => {
  const watchedOf = (state: PipelineState, due = false) => {
    const next = step(state, 0, { due });
    return next.kind === 'ingest' ? next.plan.watched : next.kind;
  };
  expect(watchedOf(aState([5_000, 0, 10]))).toEqual([
    { partition: 1, end: '0' },
    { partition: 2, end: '10' },
  ]);
  expect(watchedOf(aState([5_000, 0], { holds: [hold(1)] }))).toBeUndefined();
  // A wait follows, and covers all of them.
  expect(watchedOf(aState([1_000, 0]))).toBeUndefined();
  expect(watchedOf(aState([10, 0]), true)).toBeUndefined();
});

test('the average of bytes per record limits the batch when that is the tighter limit', () => {
  const settings = aSettings({ batch: { maxRows: 1_000, maxBytes: 10_240, intervalSeconds: 1 } });
  expect(rangesOf(aState([5_000], { settings, bytesPerRecord: 1_024 }))).toEqual([[0, '0', '10']]);
});

test('a plan to reissue comes first, unchanged, and only from the lane of its first partition', () => {
  const pending = aPlan([
    [0, 0, 7],
    [1, 0, 7],
  ]);
  const state = aState([100, 100, 100, 100], {
    settings: aSettings({ lanes: 2 }),
    pending: [pending],
  });
  expect(step(state, 0)).toEqual({ kind: 'ingest', plan: pending });
  expect(rangesOf(state, 1, true)).toEqual([[3, '0', '100']]);
});

test('held partitions are left alone while the others continue', () => {
  const state = aState([10, 10], { holds: [hold(0)] });
  expect(rangesOf(state, 0, true)).toEqual([[1, '0', '10']]);
});

test('a lane with only held partitions waits for a decision', () => {
  expect(rangesOf(aState([10], { holds: [hold(0)] }), 0, true)).toBe('held');
});

test('a skip is recorded before its partition is planned again', () => {
  const skip = { partition: 0, epoch: 0, first: '0', end: '5', why: 'lost' };
  expect(step(aState([10, 10], { skips: [skip] }), 0, { due: true })).toEqual({
    kind: 'skip',
    skip,
  });
});

test('a bounded run never plans past its end, and finishes there', () => {
  const settings = aSettings({ until: 'now' });
  const at = (cursor: string) => {
    const state = aState([50], { settings });
    return { ...state, partitions: { ...state.partitions, until: ['20'], cursor: [cursor] } };
  };
  expect(rangesOf(at('0'))).toEqual([[0, '0', '20']]);
  expect(rangesOf(at('20'))).toBe('finished');
});

test('a bounded run with a held partition is not finished', () => {
  const state = aState([50, 50], { settings: aSettings({ until: 'now' }), holds: [hold(1)] });
  const partitions = { ...state.partitions, until: ['0', '20'] };
  expect(rangesOf({ ...state, partitions })).toBe('held');
});

test('offsets that may have been sent before are reconciled', () => {
  const state = aState([50]);
  const looks = (changes: Partial<PipelineState>, run = {}) => {
    const next = step({ ...state, ...changes }, 0, { due: true, ...run });
    return next.kind === 'ingest' && next.plan.earlierSends === 'unknown';
  };
  const reconcile = { partitions: { ...state.partitions, reconcileUntil: ['1'] } };
  expect(looks({})).toBe(false);
  expect(looks(reconcile)).toBe(true);
  expect(looks({}, { reset: true })).toBe(true);
  expect(looks({ settings: aSettings({ existing: 'skip' }) })).toBe(true);
});

test('the long poll receives what it needs to decide when a batch is worth planning', () => {
  const until = { timestamp: '2026-11-23T08:00:00Z' };
  const state = aState([0, 0], { settings: aSettings({ until }) });
  const next = step({ ...state, partitions: { ...state.partitions, until: [null, '0'] } });
  expect(next).toEqual({
    kind: 'await',
    input: {
      topic: 'stream-events',
      topicId: 'topic-1',
      partitionCount: 2,
      partitions: [0, 1],
      cursors: ['0', '0'],
      leaderEpochs: [[], []],
      fullRows: 1_000,
      intervalSeconds: 10,
      lookedAtMs: NOW_MS,
      untilMs: Date.parse(until.timestamp),
      unavailable: [],
    },
  });
});

const silent = (partition: number, seenMs = NOW_MS) => ({
  ...{ partition, why: 'silent' as const, broker: '2 (kafka-2:9092)' },
  ...{ sinceMs: NOW_MS - 5_000, seenMs },
});

test('a partition whose leader does not answer is not planned, and is awaited with the others', () => {
  const state = { ...aState([50, 50]), unavailable: [silent(1)] };
  const next = step(state, 0, { due: true });
  expect(next.kind === 'ingest' && next.plan.ranges.map(({ partition }) => partition)).toEqual([0]);
  const idle = step({ ...aState([0, 50]), unavailable: [silent(1)] }, 0, { due: true });
  expect(idle).toMatchObject({
    kind: 'await',
    input: { partitions: [0, 1], cursors: ['0', '0'], unavailable: [1] },
  });
});

test('an absence too short to report does not count', () => {
  const state = { ...aState([0, 0]), unavailable: [silent(1, NOW_MS - 4_500)] };
  expect(step(state)).toMatchObject({ kind: 'await', input: { unavailable: [] } });
});

test('a bounded run waits for a partition whose leader does not answer, but not beyond its end', () => {
  const state = aState([10, 10], { settings: aSettings({ until: 'now' }) });
  const partitions = { ...state.partitions, until: ['10', '10'], cursor: ['10', '4'] };
  const away = { ...state, partitions, unavailable: [silent(1)] };
  expect(step(away)).toMatchObject({ kind: 'await', input: { partitions: [1], watched: [0] } });
  const back = step({ ...away, unavailable: undefined });
  expect(back.kind === 'ingest' && back.plan.ranges).toMatchObject([{ first: '4', end: '10' }]);
});

test('a plan carries the contract of its table and requests that of its settings, except for stream_events', () => {
  const contract = { name: 'table', hash: '00', columns: [{ name: 'id', type: 'Int64' }] };
  const state = aState([5_000], { settings: aSettings({ contract: 'table' }) });
  const own = step({ ...state, target: { ...state.target, contract } });
  expect(own).toMatchObject({ plan: { contract, wishes: { contract: 'table' } } });
  const plain = step(aState([5_000]));
  expect(plain.kind === 'ingest' && 'contract' in plain.plan).toBe(false);
  expect(plain.kind === 'ingest' && 'contract' in plain.plan.wishes).toBe(false);
});
