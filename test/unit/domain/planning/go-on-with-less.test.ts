// Promise: a run whose table stores less than before continues only by a recorded decision, with what the table still does, and
// skips nothing. Checked over what a table may have lost.
import { expect, test } from 'vitest';
import type { ResolveHoldInput } from '../../../../src/domain/pipeline/messages.js';
import { resolveHold } from '../../../../src/domain/planning/resolve-hold.js';
import type { HeldPlan, PipelineState } from '../../../../src/domain/pipeline/state.js';
import { aPlan, aState, NOW_MS } from '../../../support/pipeline-builders.js';

const plan = aPlan([[0, 10, 20]], { earlierSends: 'unknown' });
const foundTarget = {
  ...aState([100]).target,
  columns: ['event_id'],
  tablePartition: 'day',
} as const;
const IDLE = { inHand: [], nowMs: NOW_MS };

function held(changes: Partial<HeldPlan>): PipelineState {
  const range = { partition: 0, first: '10', end: '20' };
  const hold = { partition: 0, reason: 'TableChanged', since: '', detail: 'why', range } as const;
  return aState([100, 100], { holds: [{ hold, plan, ...changes }] });
}

function goOn(state: PipelineState): PipelineState {
  const resolution = resolveHold(state, { partition: 0, action: 'continue' }, IDLE);
  if (resolution.kind === 'refused') throw new Error(resolution.why);
  expect(resolution.state.holds).toEqual([]);
  return resolution.state;
}

test('"continue" keeps what the table still does, as a recorded decision', () => {
  const givesUp = { columns: ['metadata'], guarantee: true, durability: true };
  const state = held({ foundTarget, givesUp });
  const strict = { ...state.settings, guarantee: 'exactly-once', durability: 'fsync' } as const;
  const next = goOn({ ...state, settings: strict });
  expect(next.target).toEqual(foundTarget);
  expect(next.settings).toEqual({ ...strict, guarantee: 'report', durability: 'server' });
  expect(next.decisions).toEqual([
    {
      at: new Date(NOW_MS).toISOString(),
      what: 'continue with default.stream_events without metadata, with the guarantee exactly-once, without fsync',
    },
  ]);
  expect(next.pending).toMatchObject([
    {
      earlierSends: 'unknown',
      wishes: { guarantee: 'report', durability: 'server' },
      cut: { columns: ['event_id'], tablePartition: 'day' },
    },
  ]);
  // Only what is given up changes.
  const columns = { ...givesUp, guarantee: false, durability: false };
  const narrow = held({ foundTarget, givesUp: columns });
  const same = goOn({ ...narrow, settings: strict });
  expect(same.settings).toEqual(strict);
});

test('nothing is skipped, and a table without columns cannot be continued with', () => {
  const refused = (changes: Partial<HeldPlan>, input: Partial<ResolveHoldInput>) => {
    const state = held({ foundTarget, ...changes });
    const resolution = resolveHold(state, { partition: 0, action: 'continue', ...input }, IDLE);
    return resolution.kind === 'refused' && resolution.why;
  };
  expect(refused({}, { action: 'skipTo', offset: '20' })).toContain('use "retry" or "continue"');
  expect(refused({ foundTarget: { ...foundTarget, columns: [] } }, {})).toContain('restore it');
});

test('a plan of contract table continues with the current columns of the table', () => {
  const contract = { name: 'table', hash: '02', columns: [{ name: 'event_id', type: 'Int32' }] };
  const before = { name: 'table', hash: '01', columns: [{ name: 'event_id', type: 'Int64' }] };
  const wishes = { ...plan.wishes, contract: 'table' };
  const state = held({
    plan: { ...plan, contract: before, wishes },
    foundTarget: { ...foundTarget, contract },
  });
  const next = goOn({ ...state, settings: { ...state.settings, contract: 'table' } });
  expect(next.target.contract).toEqual(contract);
  expect(next.pending).toMatchObject([{ contract, wishes: { contract: 'table' } }]);
});
