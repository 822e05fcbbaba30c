// Promise: blocks that ClickHouse required to be smaller are smaller in the next plans of the pipeline, and grow back to the
// settings once they succeed. A batch has as many records as their measured size allows. Checked on the folds of batches, one
// after the other.
import { expect, test } from 'vitest';
import type { BatchOutcome } from '../../../../src/domain/pipeline/batch-plan.js';
import type { Cut } from '../../../../src/domain/blocks/block-limits.js';
import { foldBatch } from '../../../../src/domain/planning/fold-batch.js';
import { FIRST_BYTES_PER_RECORD } from '../../../../src/domain/limits.js';
import { nextStep } from '../../../../src/domain/planning/next-step.js';
import { batchSize } from '../../../../src/domain/planning/sizing.js';
import type { PipelineState } from '../../../../src/domain/pipeline/state.js';
import {
  allDone,
  aPlan,
  aSettings,
  aState,
  aStats,
  NOW_MS,
  RUN,
} from '../../../support/pipeline-builders.js';

const LIMITS = { maxRows: 8_000, maxBytes: 8_000_000, intervalSeconds: 10 };
const WIDE = { maxRows: 8_000, maxBytes: 8_000_000, maxTablePartitions: 100 };

const start = (): PipelineState =>
  aState([100_000, 100_000], { settings: aSettings({ batch: LIMITS }) });

/** The cut of the next plan. */
function cutOf(state: PipelineState): Cut {
  const step = nextStep(state, 0, { ...RUN, due: true, lookedAtMs: null });
  if (step.kind !== 'ingest') throw new Error(`nothing to ingest, but ${step.kind}`);
  return step.plan.cut;
}

function refused(
  state: PipelineState,
  action: 'shrink' | 'split' | 'bisect',
  changes: Partial<Cut>,
  lane = 0,
): PipelineState {
  const plan = aPlan([[0, 0, 100]], { cut: cutOf(state), lane });
  const cut = { ...plan.cut, ...changes };
  const told = { cut, why: 'asked for', refusal: { code: '241', action }, stats: aStats() };
  const outcome: BatchOutcome = {
    ...{ kind: 'recut', done: [], rest: plan.ranges, warnings: [] },
    ...told,
  };
  return foldBatch(state, plan, outcome, NOW_MS);
}

function succeeded(state: PipelineState, blocks: number, lane = 0): PipelineState {
  const first = Number(state.partitions.cursor[0]);
  const plan = aPlan([[0, first, first + 100]], { cut: cutOf(state), lane });
  return foldBatch(state, plan, { ...allDone(plan), stats: aStats(100, { blocks }) }, NOW_MS);
}

test('smaller block limits apply to the next plans, and double every ten blocks until they are restored', () => {
  let state = refused(start(), 'shrink', { maxRows: 1_000, maxBytes: 1_000_000 });
  expect(cutOf(state)).toMatchObject({ maxRows: 1_000, maxBytes: 1_000_000 });
  for (let batch = 0; batch < 9; batch++) state = succeeded(state, 1);
  expect(cutOf(state)).toMatchObject({ maxRows: 1_000 });
  state = succeeded(state, 1);
  expect(cutOf(state)).toMatchObject({ maxRows: 2_000, maxBytes: 2_000_000 });
  state = succeeded(state, 500);
  expect(cutOf(state)).toMatchObject({ maxRows: 4_000, maxBytes: 4_000_000 });
  state = succeeded(state, 500);
  expect(cutOf(state)).toMatchObject(WIDE);
  expect(state.shrunk).toBeNull();
});

test("table partitions per block grow back like rows, up to the server's limit", () => {
  let state = refused(start(), 'split', { maxTablePartitions: 40 });
  state = succeeded(state, 10);
  expect(cutOf(state)).toMatchObject({ maxRows: 8_000, maxTablePartitions: 80 });
  state = succeeded(state, 10);
  expect(cutOf(state)).toMatchObject(WIDE);
});

test('blocks that were halved to find a bad row return to their size once it is found', () => {
  const tight = refused(start(), 'shrink', { maxRows: 4_000, maxBytes: 4_000_000 });
  let state = refused(tight, 'bisect', { maxRows: 2 });
  state = refused(state, 'bisect', { maxRows: 1 });
  expect(cutOf(state)).toMatchObject({ maxRows: 1 });
  state = refused(state, 'bisect', { maxRows: 1, alone: [{ partition: 0, offset: 7 }] });
  expect(cutOf(state)).toMatchObject({ maxRows: 4_000, alone: [{ partition: 0, offset: 7 }] });
});

test('blocks also return to their size if the table accepts the rows, and another lane does not end the search', () => {
  const state = refused(start(), 'bisect', { maxRows: 500 });
  expect(cutOf(succeeded(state, 100, 1))).toMatchObject({ maxRows: 500 });
  expect(cutOf(succeeded(state, 100))).toMatchObject(WIDE);
});

test('the assumed record size is replaced by the first thousand measured, and slowly by fewer', () => {
  const batch = { ...LIMITS, maxBytes: 1_024_000 };
  const state = aState([100_000], {
    settings: aSettings({ batch }),
    bytesPerRecord: FIRST_BYTES_PER_RECORD,
  });
  const after = (records: number) => {
    const plan = aPlan([[0, 0, records]]);
    return batchSize(foldBatch(state, plan, allDone(plan), NOW_MS)).rows;
  };
  expect(batchSize(state).rows).toBe(1_000);
  // Records of 300 bytes.
  expect(after(999)).toBe(Math.floor(1_024_000 / (0.7 * FIRST_BYTES_PER_RECORD + 0.3 * 300)));
  expect(after(1_000)).toBe(Math.floor(1_024_000 / 300));
});
