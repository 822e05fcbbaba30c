// Promise: a pause shows the reason that somebody gave for it, and since when, even if somebody else pauses the pipeline again
// without a reason.
import { expect, test } from 'vitest';
import { foldPause } from '../../../../src/domain/planning/fold-pause.js';

const MORNING = '2026-11-23T07:00:00.000Z';
const NOON = '2026-11-23T12:00:00.000Z';

test('a pause without a reason says so, and does not replace an earlier one', () => {
  const first = foldPause(null, 'maintenance', MORNING);
  expect(first).toEqual({ reason: 'maintenance', since: MORNING });
  expect(foldPause(first, undefined, NOON)).toEqual(first);
  expect(foldPause(null, undefined, NOON)).toEqual({ reason: 'no reason given', since: NOON });
});

test('a reason replaces the earlier pause', () => {
  const first = foldPause(null, undefined, MORNING);
  expect(foldPause(first, 'upgrade', NOON)).toEqual({ reason: 'upgrade', since: NOON });
});
