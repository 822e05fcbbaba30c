// Promise: what a run carries to the next one stays far below Temporal's limit of 2 MiB, even for a topic of 1,000 partitions
// that has been read for years.
import { expect, test } from 'vitest';
import { foldBatch } from '../../../../src/domain/planning/fold-batch.js';
import type { PipelineState } from '../../../../src/domain/pipeline/state.js';
import { aDone, aPlan, aState, aStats, NOW_MS } from '../../../support/pipeline-builders.js';

const PARTITIONS = Array.from({ length: 1_000 }, (_, partition) => partition);
const FIRST = 1_234_567_890_000;

/** Every batch takes 100 records of every partition. */
function afterBatches(count: number): PipelineState {
  let state = aState(PARTITIONS.map(() => FIRST));
  const cursor = PARTITIONS.map(() => String(FIRST));
  state = { ...state, partitions: { ...state.partitions, cursor, logStart: cursor } };
  for (let batch = 1; batch <= count; batch++) {
    const first = FIRST + (batch - 1) * 100;
    const ranges = PARTITIONS.map((p) => [p, first, first + 100] as const);
    const done = ranges.map(([p, from, end]) => aDone(p, from, end, end + 1_000_000));
    const plan = aPlan(ranges, { batch });
    const stats = aStats(100_000);
    const outcome = { kind: 'done', done, stats, warnings: [], lookedAtMs: NOW_MS } as const;
    state = foldBatch(state, plan, outcome, NOW_MS);
  }
  return state;
}

test('carried state of 1,000 partitions is at most 256 KiB', () => {
  const bytes = Buffer.byteLength(JSON.stringify(afterBatches(60)));
  expect(bytes).toBeLessThanOrEqual(256 * 1_024);
});

test('carried state does not grow with past batches', () => {
  const size = (count: number) => Buffer.byteLength(JSON.stringify(afterBatches(count)));
  expect(size(200) - size(100)).toBeLessThan(1_024);
});
