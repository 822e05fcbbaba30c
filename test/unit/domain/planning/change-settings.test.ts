// Promise: `configure` changes what it names and nothing else, and a pipeline with more lanes never claims a guarantee that was
// judged for fewer.
import { expect, test } from 'vitest';
import { changeSettings } from '../../../../src/domain/planning/change-settings.js';
import { pipelineStatus } from '../../../../src/domain/status/status.js';
import { aState } from '../../../support/pipeline-builders.js';

const state = aState([10]);
const weak = { level: 'at-least-once', why: ['the window is short: ALTER TABLE x'] } as const;
const target = { ...state.target, widest: { beyondLanes: 2, guarantee: weak } };
const strict = { ...state.settings, guarantee: 'exactly-once' } as const;

test('settings that are not named stay', () => {
  const { settings } = state;
  expect(changeSettings(state, { batch: { maxRows: 5, maxBytes: undefined } })).toEqual({
    kind: 'changed',
    settings: { ...settings, batch: { ...settings.batch, maxRows: 5 } },
  });
  expect(changeSettings(state, { lanes: 4 })).toEqual({
    kind: 'changed',
    settings: { ...settings, lanes: 4 },
  });
});

test('more lanes than the table was judged for have the guarantee of the most lanes', () => {
  const idle = { pause: null, draining: null, inHand: [] };
  const guaranteeOf = (lanes: number) =>
    pipelineStatus({ ...state, target, settings: { ...state.settings, lanes } }, idle).guarantee;
  expect([1, 2].map(guaranteeOf)).toEqual([state.target.guarantee, state.target.guarantee]);
  expect(guaranteeOf(3)).toEqual(weak);
});

test('a run that asked for exactly-once refuses lanes that would weaken it, and says what to do', () => {
  expect(changeSettings({ settings: strict, target }, { lanes: 2 })).toMatchObject({
    kind: 'changed',
  });
  expect(changeSettings({ settings: strict, target }, { lanes: 3 })).toEqual({
    kind: 'refused',
    why: 'the start requires "guarantee":"exactly-once", but 3 lanes would only provide at-least-once: the window is short: ALTER TABLE x; then stop this run and start it again with 3 lanes',
  });
});
