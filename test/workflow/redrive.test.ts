// Promise: a redrive processes the dead letters window after window, each planned before anything is changed, adds up the
// results, and ends after the window in progress on request. Checked without a server, by replaying a history.
import { expect, test } from 'vitest';
import type { RedriveReport } from '../../src/domain/redrive/public-types.js';
import type {
  FindLetters,
  PlannedWindow,
  RedriveOutcome,
  RedrivePlan,
} from '../../src/domain/redrive/plan.js';
import { firstRedriveState } from '../../src/domain/redrive/state.js';
import { type OfflineWorkflow, startOffline } from '../support/offline-workflow.js';

const PLAN: RedrivePlan = {
  topic: 'stream-events',
  table: { database: 'default', table: 'stream_events' },
  action: 'redrive',
  dryRun: true,
  choice: { reasons: null, stages: null, ranges: null, sinceMs: null, untilMs: null },
  open: { missing_field: 20, invalid_json: 5 },
  notes: ['a note'],
};

const key = (offset: number) => ({ epoch: 0, partition: 0, offset });
const windowUpTo =
  (offset: number, letters: number) =>
  ({ after, number }: FindLetters): PlannedWindow => ({
    number,
    after,
    upTo: key(offset),
    letters,
    bytes: 100,
    redrivenBefore: {},
    droppedBefore: {},
  });
const OUTCOME: RedriveOutcome = {
  redriven: { missing_field: 8 },
  alreadyThere: 1,
  rejected: { invalid_json: 2 },
  filtered: 1,
  dropped: {},
};
const pendingOf = (workflow: OfflineWorkflow) => workflow.pending.map(({ type }) => type);

async function working(): Promise<OfflineWorkflow> {
  const workflow = await startOffline('redrive', []);
  await workflow.answer('resolveRedrive', () => PLAN);
  return workflow;
}

test('the redrive processes window after window, each after the last one, and adds up their counts', async () => {
  const workflow = await working();
  await workflow.answer('findLetters', windowUpTo(50, 11));
  await workflow.answer('redriveLetters', () => OUTCOME);
  expect(workflow.pending).toMatchObject([
    { type: 'findLetters', args: [{ after: key(50), number: 2 }] },
  ]);
  await workflow.answer('findLetters', windowUpTo(90, 11));
  await workflow.answer('redriveLetters', () => OUTCOME);
  await workflow.answer('findLetters', () => null);
  expect(workflow.ended).toEqual({
    how: 'completed',
    value: {
      state: 'completed',
      action: 'redrive',
      dryRun: true,
      topic: 'stream-events',
      table: 'default.stream_events',
      chosen: 25,
      letters: 22,
      redriven: 16,
      redrivenByReason: { missing_field: 16 },
      alreadyThere: 2,
      rejected: 4,
      rejectedByReason: { invalid_json: 4 },
      filtered: 2,
      dropped: 0,
      otherContracts: {},
      notes: [
        'Nothing was changed: start it again with "dryRun": false to make these changes.',
        'a note',
      ],
    } satisfies RedriveReport,
  });
});

test('a stop ends the redrive after the window in progress', async () => {
  const workflow = await working();
  await workflow.answer('findLetters', windowUpTo(50, 11));
  await workflow.signal('stop');
  expect(pendingOf(workflow)).toEqual(['redriveLetters']);
  await workflow.answer('redriveLetters', () => OUTCOME);
  expect(workflow.ended).toMatchObject({ value: { state: 'stopped', letters: 11 } });
});

test('carried state continues after its last window', async () => {
  const carried = { ...firstRedriveState(PLAN), after: key(7), windows: 3, letters: 33 };
  const workflow = await startOffline('redrive', [{}, carried]);
  expect(workflow.pending).toMatchObject([
    { type: 'findLetters', args: [{ after: key(7), number: 4 }] },
  ]);
  await workflow.answer('findLetters', () => null);
  expect(workflow.ended).toMatchObject({ value: { state: 'completed', letters: 33 } });
});

test('an invalid input fails the run at once, and says what to give', async () => {
  const failure = async (input: object) => {
    const { ended } = await startOffline('redrive', [input]);
    expect(ended?.how).toBe('failed');
    return String(ended?.value);
  };
  expect(await failure({ dryrun: false })).toContain('dryrun');
  expect(await failure({ stages: ['skip'] })).toContain('"from" and "until"');
  expect(
    await failure({ partitions: [0], ranges: [{ partition: 0, first: '0', end: '1' }] }),
  ).toContain('not both');
  expect(await failure({ ranges: [{ partition: 0, first: '5', end: '5' }] })).toContain('"end"');
});
