// Promise: nobody takes the lag of a paused pipeline, which reads nothing, for the present one.
import { expect, test } from 'vitest';
import { pipelineStatus } from '../../../src/domain/pipeline/status.js';
import { aState } from '../../support/pipeline-builders.js';

test('a paused pipeline says why, since when, and how old its lag is', () => {
  const pause = { reason: 'maintenance', since: '2026-11-23T07:00:00.000Z' };
  expect(pipelineStatus(aState([10]), { pause, draining: null, inHand: [] })).toMatchObject({
    state: 'paused',
    detail: 'maintenance (since 2026-11-23T07:00:00.000Z; lag as it was then)',
  });
});
