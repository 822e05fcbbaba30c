// Promise: a pipeline continues from state that was written before leader epochs were kept. Checked on such a state.
import { expect, test } from 'vitest';
import { beginRun } from '../../../../src/domain/pipeline/first-state.js';
import { nextStep } from '../../../../src/domain/planning/next-step.js';
import type { CarriedState } from '../../../../src/domain/pipeline/state.js';
import { aState, RUN } from '../../../support/pipeline-builders.js';

test('the leaders of records that an older release read are unknown', () => {
  const { leaderEpochs, endLeaderEpoch, ...partitions } = aState([5_000, 7]).partitions;
  expect([leaderEpochs, endLeaderEpoch]).toHaveLength(2);
  const older = JSON.parse(JSON.stringify({ ...aState([]), partitions })) as CarriedState;
  const state = beginRun(older);
  expect(state.partitions).toMatchObject({ leaderEpochs: [[], []], endLeaderEpoch: [-1, -1] });
  const step = nextStep(state, 0, { ...RUN, due: true, lookedAtMs: null });
  const [range] = step.kind === 'ingest' ? step.plan.ranges : [];
  expect(range).toEqual({ partition: 0, epoch: 0, first: '0', end: '993' });
});
