// Promise: what a decision skipped is filled exactly where somebody requests it, and exactly the rest remains. Checked by
// property against sets of offsets, and on the plans of the pipeline.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unfilled } from '../../../../src/domain/records/offset-range.js';
import { nextStep } from '../../../../src/domain/planning/next-step.js';
import type { PipelineSettings } from '../../../../src/domain/pipeline/settings.js';
import { aSettings, aState, RUN } from '../../../support/pipeline-builders.js';

const span = fc
  .tuple(fc.nat(1), fc.nat(1), fc.nat(30), fc.integer({ min: 1, max: 12 }))
  .map(([partition, epoch, first, length]) => ({ partition, epoch, first, end: first + length }));

test('the remaining parts of a range are those that nothing filled, in maximal ranges', () => {
  fc.assert(
    fc.property(span, fc.array(span, { maxLength: 6 }), (range, filled) => {
      const left = unfilled(range, filled);
      const expected: number[] = [];
      for (let offset = range.first; offset < range.end; offset++) {
        const isFilled = filled.some(
          ({ partition, epoch, first, end }) =>
            partition === range.partition &&
            epoch === range.epoch &&
            offset >= first &&
            offset < end,
        );
        if (!isFilled) expected.push(offset);
      }
      const seen = left.flatMap(({ first, end }) =>
        Array.from({ length: end - first }, (_, index) => first + index),
      );
      expect(seen).toEqual(expected);
      expect(left.every((part, index) => part.first !== left[index - 1]?.end)).toBe(true);
    }),
  );
});

function fills(changes: Partial<PipelineSettings>): boolean {
  const state = aState([100], { settings: aSettings(changes) });
  const step = nextStep(state, 0, { ...RUN, due: true, lookedAtMs: null });
  if (step.kind !== 'ingest') throw new Error('nothing was planned');
  return step.plan.fillsSkips === true;
}

test('only a backfill with start, end and existing "skip" fills skipped offsets', () => {
  const backfill = { from: 'earliest', until: 'now', existing: 'skip' } as const;
  expect(fills(backfill)).toBe(true);
  expect(fills({ ...backfill, from: 'committed' })).toBe(false);
  expect(fills({ ...backfill, until: null })).toBe(false);
  expect(fills({ ...backfill, existing: 'insert' })).toBe(false);
});
