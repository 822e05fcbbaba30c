// Promise: every hold ends by exactly the decision that a person took, and a decision that makes no sense is refused. Checked
// for each reason with each action.
import { expect, test } from 'vitest';
import { BatchTooLarge } from '../../../../src/domain/errors.js';
import { heldTooLarge } from '../../../../src/domain/planning/new-holds.js';
import { holdAdvice } from '../../../../src/domain/holds/advice.js';
import { parseResolveHoldInput } from '../../../../src/domain/pipeline/input.js';
import { HOLD_REASONS, type HoldReason } from '../../../../src/domain/holds/hold.js';
import type { ResolveHoldInput } from '../../../../src/domain/pipeline/messages.js';
import { resolveHold } from '../../../../src/domain/planning/resolve-hold.js';
import {
  type HeldPlan,
  type PipelineState,
  TO_LOG_END,
} from '../../../../src/domain/pipeline/state.js';
import { aPlan, aState, NOW_MS } from '../../../support/pipeline-builders.js';

const plan = aPlan([[0, 10, 20]], { earlierSends: 'unknown' });

function held(reason: HoldReason, changes: Partial<HeldPlan> = {}): PipelineState {
  const range = { partition: 0, first: '10', end: '20' };
  const hold = { partition: 0, reason, since: '', detail: 'why', range, firstAvailable: '15' };
  const state = aState([100, 100], { holds: [{ hold, plan, ...changes }] });
  return { ...state, partitions: { ...state.partitions, cursor: ['10', '0'] } };
}

const IDLE = { inHand: [], nowMs: NOW_MS };

function decide(state: PipelineState, input: Partial<ResolveHoldInput>): PipelineState {
  const resolution = resolveHold(state, { partition: 0, action: 'retry', ...input }, IDLE);
  if (resolution.kind === 'refused') throw new Error(resolution.why);
  expect(resolution.state.holds.filter(({ hold }) => hold.partition === 0)).toEqual([]);
  return resolution.state;
}

test.each(HOLD_REASONS)('%s: "retry" reissues the plan for the same records', (reason) => {
  const judged = reason === 'TooManyRejections' && { toleratesRejections: 0 };
  expect(decide(held(reason), { action: 'retry' }).pending).toEqual([{ ...plan, ...judged }]);
});

test('TooManyRejections: "continue" reissues the plan and accepts the rejections', () => {
  const next = decide(held('TooManyRejections'), { action: 'continue' });
  expect(next.pending).toEqual([{ ...plan, acceptRejections: true }]);
});

test('TooManyRejections: "skipTo" skips the offsets by a recorded decision', () => {
  const next = decide(held('TooManyRejections'), { action: 'skipTo', offset: '20' });
  expect(next.skips).toEqual([{ partition: 0, epoch: 0, first: '10', end: '20', why: 'why' }]);
  expect(next.partitions.cursor[0]).toBe('10');
});

test('BatchTooLarge: "skipTo" and "continue" skip only the batch, by a recorded decision', () => {
  for (const input of [{ action: 'skipTo', offset: '15' }, { action: 'continue' }] as const) {
    const next = decide(held('BatchTooLarge'), input);
    expect(next.skips).toEqual([{ partition: 0, epoch: 0, first: '10', end: '15', why: 'why' }]);
    expect(next.partitions.cursor[0]).toBe('10');
  }
  const error = new BatchTooLarge({
    ...{ partition: 0, first: 10, end: 15, records: 5, bytes: 300 * 2 ** 20, limitBytes: 2 ** 27 },
  });
  const { detail, firstAvailable } = heldTooLarge(error);
  expect(firstAvailable).toBe('15');
  expect(detail).toContain('offsets [10, 15) of partition 0 expands to up to 300 MiB');
  expect(detail).toContain('at most 128 MiB at once');
  expect(detail).toContain('MILLRACE_MEMORY_MIB=686');
  const hold = { ...held('BatchTooLarge').holds[0]!.hold, detail };
  expect(holdAdvice(hold, 'orders')).toContain('"action":"skipTo","offset":"15"');
});

test('GroupOwnedElsewhere: "continue" takes the group for all later batches', () => {
  const next = decide(held('GroupOwnedElsewhere'), { action: 'continue' });
  expect(next.takeGroup).toBe(true);
  expect(next.pending).toEqual([{ ...plan, takeGroup: true }]);
});

test.each(['retry', 'continue'] as const)(
  'GroupOwnedElsewhere: after "%s" everything that the other pipeline may have written is reconciled',
  (action) => {
    const next = decide(held('GroupOwnedElsewhere'), { action });
    expect(next.partitions.reconcileUntil).toEqual([TO_LOG_END, '0']);
    expect(decide(held('TooManyRejections'), { action }).partitions.reconcileUntil[0]).toBe('0');
  },
);

const foundTarget = {
  ...held('TableReplaced').target,
  tableId: 'table-2',
  columns: ['event_id'],
  findable: false,
  tablePartition: 'day',
} as const;

test('TableReplaced: "continue" uses the current table', () => {
  const next = decide(held('TableReplaced', { foundTarget }), { action: 'continue' });
  expect(next.target).toEqual(foundTarget);
  expect(next.pending).toMatchObject([
    { tableId: 'table-2', findable: false, cut: { columns: ['event_id'], tablePartition: 'day' } },
  ]);
  const contract = { name: 'table', hash: '02', columns: [{ name: 'event_id', type: 'String' }] };
  const other = held('TableReplaced', { foundTarget: { ...foundTarget, contract } });
  expect(decide(other, { action: 'continue' }).pending).toMatchObject([{ contract }]);
});

test('TableReplaced: "skipTo" an earlier offset reads again in a new epoch, into the current table', () => {
  const state = held('TableReplaced', { foundTarget });
  const next = decide(state, { action: 'skipTo', offset: '0' });
  expect(next.target).toEqual(foundTarget);
  expect(next.partitions.cursor[0]).toBe('0');
  expect(next.partitions.epoch).toEqual([1, 0]);
  expect(next.skips).toEqual([]);
});

test('DataLost: "continue" records the loss up to the first remaining offset', () => {
  const next = decide(held('DataLost', { plan: null }), { action: 'continue' });
  expect(next.skips).toMatchObject([{ first: '10', end: '15' }]);
});

test('TopicRewound: "continue" reads the new log from its start, in a new epoch, and stores its id', () => {
  const state = held('TopicRewound', { plan: null, foundTopicId: 'topic-2' });
  const next = decide(state, { action: 'continue' });
  expect(next.topicId).toBe('topic-2');
  expect(next.partitions.cursor[0]).toBe('15');
  expect(next.partitions.epoch[0]).toBe(1);
  expect(next.skips).toEqual([]);
});

test('TopicRewound: another log shares no epoch with earlier rows, in any partition', () => {
  const state = held('TopicRewound', { plan: null, foundTopicId: 'topic-2' });
  const epoch = [0, 4];
  const log = { choice: 'same', sameAs: ['topic-0'], unknownSince: 0, firstEpoch: 0 } as const;
  const before = { ...state, log, partitions: { ...state.partitions, epoch } };
  const next = decide(before, { action: 'continue' });
  expect(next.partitions.epoch[0]).toBe(5);
  expect(next.log).toEqual({ choice: 'new', sameAs: [], unknownSince: 5, firstEpoch: 5 });
  const both = resolveHold(
    next,
    { partition: 1, action: 'continue' },
    { inHand: [], nowMs: NOW_MS },
  );
  expect(both.kind === 'resolved' && both.state.partitions.epoch).toEqual([5, 5]);
  const others = { ...state, log: { ...log, firstEpoch: 9 } };
  expect(decide(others, { action: 'continue' }).partitions.epoch[0]).toBe(9);
});

/** Read up to 10, and a different log from `divergedAt` on. */
function truncatedAt(divergedAt: string): PipelineState {
  const state = held('TopicRewound', { plan: null });
  const [first] = state.holds;
  const hold = { ...first!.hold, divergedAt, logEnd: '40' };
  const leaderEpochs = [
    [
      [3, 0],
      [5, 6],
    ],
    [],
  ] as const;
  return {
    ...state,
    holds: [{ ...first!, hold }],
    partitions: { ...state.partitions, leaderEpochs, endLeaderEpoch: [5, 5] },
  };
}

test('TopicRewound: "continue" reads a truncated log again from the first different offset, in a new epoch', () => {
  const { partitions, skips } = decide(truncatedAt('6'), { action: 'continue' });
  expect(partitions.cursor[0]).toBe('6');
  expect(partitions.epoch[0]).toBe(1);
  expect(skips).toEqual([]);
  // What is known of the lost records proves nothing about their replacements.
  expect(partitions.leaderEpochs[0]).toEqual([[3, 0]]);
  expect(partitions.endLeaderEpoch[0]).toBe(-1);
});

test('TopicRewound: records of a truncated log that "skipTo" omits are a recorded skip', () => {
  const { partitions, skips } = decide(truncatedAt('6'), { action: 'skipTo', offset: '40' });
  expect(partitions.cursor[0]).toBe('6');
  expect(skips).toMatchObject([{ partition: 0, epoch: 1, first: '6', end: '40' }]);
  const back = decide(truncatedAt('6'), { action: 'skipTo', offset: '2' });
  expect(back.partitions.cursor[0]).toBe('2');
  expect(back.skips).toEqual([]);
});

test('TopicRewound: nothing before the cursor of a batch is skipped if its log differs later', () => {
  const { partitions } = decide(truncatedAt('12'), { action: 'continue' });
  expect(partitions.cursor[0]).toBe('10');
  expect(partitions.epoch[0]).toBe(1);
});

test('TopicRewound: the leaders of a topic are forgotten for a new one of the same name', () => {
  const state = truncatedAt('6');
  const [first] = state.holds;
  const hold = { ...first!.hold, divergedAt: undefined };
  const other = { ...first!, hold, foundTopicId: 'topic-2' };
  const both = [other, { ...other, hold: { ...hold, partition: 1 } }];
  const leaderEpochs = [[[3, 0]], [[3, 0]]] as const;
  const partitions = { ...state.partitions, leaderEpochs };
  const one = decide({ ...state, partitions, holds: both }, { action: 'skipTo', offset: '8' });
  const next = resolveHold(one, { partition: 1, action: 'skipTo', offset: '8' }, IDLE);
  expect(next.kind === 'resolved' && next.state.partitions.leaderEpochs).toEqual([[], []]);
});

test('the commands for a truncated log name its offsets', () => {
  const advice = holdAdvice(truncatedAt('6').holds[0]!.hold, 'w');
  const [first] = [...advice.matchAll(/--input '([^']+)'/g)].map(([, json]) => json);
  expect(first).toBe('{"partition":0,"action":"continue"}');
  expect(advice).toContain('Read again from offset 6');
  expect(advice).toContain('"action":"skipTo","offset":"40"');
});

test('TopicRewound: a new topic holds the undecided partitions', () => {
  const state = held('TopicRewound', { plan: null, foundTopicId: 'topic-2' });
  const next = decide(state, { action: 'continue' });
  expect(next.holds).toMatchObject([
    {
      hold: { partition: 1, reason: 'TopicRewound', firstAvailable: '0' },
      foundTopicId: 'topic-2',
    },
  ]);
  const again = held('TopicRewound', { plan: null });
  expect(decide(again, { action: 'continue' }).holds).toEqual([]);
});

test('TopicRewound: an offset of the old topic is not read in the new one', () => {
  const state = held('TopicRewound', { plan: null, foundTopicId: 'topic-2' });
  const before = resolveHold(state, { partition: 0, action: 'retry' }, IDLE);
  expect(before.kind).toBe('resolved');
  const one = decide(state, { action: 'continue' });
  const refused = resolveHold(one, { partition: 1, action: 'retry' }, IDLE);
  expect(refused.kind === 'refused' && refused.why).toContain('use "continue"');
  const next = resolveHold(one, { partition: 1, action: 'continue' }, IDLE);
  expect(next.kind === 'resolved' && next.state.partitions.cursor[1]).toBe('0');
});

test('a partition of a running batch cannot be resolved', () => {
  const inHand = { inHand: [1, 0], nowMs: NOW_MS };
  const resolution = resolveHold(
    held('TopicRewound'),
    { partition: 'all', action: 'continue' },
    inHand,
  );
  expect(resolution.kind === 'refused' && resolution.why).toContain('running batch');
});

test('"all" resolves every held partition', () => {
  const state = held('TooManyRejections');
  const second = { ...state.holds[0]!, plan: aPlan([[1, 0, 5]]) };
  const both = {
    ...state,
    holds: [...state.holds, { ...second, hold: { ...second.hold, partition: 1 } }],
  };
  expect(decide(both, { partition: 'all' }).pending).toHaveLength(2);
});

test.each([
  ['a partition that is not held', { partition: 1, action: 'retry' }, 'held: 0'],
  ['a skip for a hold about the group', { partition: 0, action: 'skipTo', offset: '5' }, 'retry'],
] as const)('%s is refused with what to do', (_, input, advice) => {
  const resolution = resolveHold(held('GroupOwnedElsewhere'), input, IDLE);
  expect(resolution.kind === 'refused' && resolution.why).toContain(advice);
});

test.each(HOLD_REASONS)('%s: the update accepts every command in its advice', (reason) => {
  const { hold } = held(reason).holds[0]!;
  const inputs = [...holdAdvice(hold, 'stream-events').matchAll(/--input '([^']+)'/g)];
  expect(inputs.length).toBeGreaterThan(1);
  for (const [, json] of inputs) {
    const parsed = parseResolveHoldInput(JSON.parse(json!));
    expect(parsed.kind).toBe('valid');
    if (parsed.kind === 'valid') decide(held(reason), parsed.value);
  }
});

test('a log that only lost its end continues after it, and a replaced table is filled from the log', () => {
  const { hold } = held('TopicRewound').holds[0]!;
  expect(holdAdvice({ ...hold, logEnd: '7' }, 'w')).toContain(
    `'{"partition":0,"action":"skipTo","offset":"7"}'`,
  );
  const replaced = held('TableReplaced').holds[0]!.hold;
  expect(holdAdvice({ ...replaced, firstAvailable: '3' }, 'w')).toContain('"offset":"3"');
});

test('TableRefuses: "continue" accepts refusals of the range, even in later plans of it', () => {
  const next = decide(held('TableRefuses'), { action: 'continue' });
  expect(next.acceptRefusals).toEqual({ 0: '20' });
  expect(next.pending).toEqual([{ ...plan, acceptRefusals: { 0: '20' } }]);
});

test('TableRefuses: "skipTo" skips the offsets by a recorded decision', () => {
  const next = decide(held('TableRefuses'), { action: 'skipTo', offset: '20' });
  expect(next.skips).toMatchObject([{ partition: 0, first: '10', end: '20' }]);
});

/** Two partitions that wait together, because one plan has records of both. */
function heldTogether(): PipelineState {
  const shared = aPlan(
    [
      [0, 10, 20],
      [1, 5, 9],
    ],
    { earlierSends: 'same-blocks' },
  );
  const holds = shared.ranges.map((range) => {
    const detail = { reason: 'TableRefuses', since: '', detail: 'why', view: 'db.v' } as const;
    return { hold: { partition: range.partition, range, ...detail }, plan: shared };
  });
  const state = aState([100, 100], { holds });
  return { ...state, partitions: { ...state.partitions, cursor: ['10', '5'] } };
}

test.each(['retry', 'continue'] as const)(
  'partitions that are held together continue together after "%s", with one plan',
  (action) => {
    const next = decide(heldTogether(), { action });
    expect(next.holds).toEqual([]);
    expect(next.pending.map(({ ranges }) => ranges.length)).toEqual([2]);
    expect(decide(heldTogether(), { partition: 'all', action })).toEqual(next);
  },
);

test('a skipped partition leaves the others held, with a plan of their own that reconciles', () => {
  const next = decide(heldTogether(), { action: 'skipTo', offset: '20' });
  expect(next.holds.map(({ hold }) => hold.partition)).toEqual([1]);
  expect(next.holds[0]?.plan).toMatchObject({
    earlierSends: 'unknown',
    ranges: [{ partition: 1, first: '5', end: '9' }],
  });
  const all = decide(heldTogether(), { partition: 'all', action: 'skipTo', offset: '20' });
  expect(all.holds).toEqual([]);
  expect(all.skips.map(({ partition }) => partition)).toEqual([0, 1]);
});
