// Promise: what `millrace check` says about the guarantee of a pipeline agrees with the problems that it lists.
import { expect, test } from 'vitest';
import type { CheckedPipeline } from '../../../../src/cli/check/check-pipeline.js';
import { error, warning } from '../../../../src/cli/check/problem.js';
import { renderCheck } from '../../../../src/cli/check/render-check.js';
import { PLAIN } from '../../../../src/cli/text/style.js';

function shown(more: Partial<CheckedPipeline>): string {
  const pipeline: CheckedPipeline = {
    ...{ name: 'orders', contract: 'orders', topic: 'orders', partitions: 1 },
    ...{
      table: 'shop.orders',
      guarantee: null,
      willCreate: ['shop.orders'],
      flow: null,
      problems: [],
    },
    ...more,
  };
  const { problems } = pipeline;
  const checked = { path: null, isUsable: true, contracts: [], withoutRoom: [], problems };
  const options = { directory: '.', isOffline: false, style: PLAIN };
  return renderCheck({ ...checked, pipelines: [pipeline] }, options);
}

const WRONG = [error('pipeline orders', 'there is no database shop')];
const NOTED = [warning('pipeline orders', 'partition 0 is unavailable')];
const LESS = { level: 'at-least-once', why: ['the window is short'] } as const;

test.each([
  ['tables that the start creates', {}, 'guarantee: exactly-once; the start creates shop.orders'],
  ['only a warning', { problems: NOTED }, 'guarantee: exactly-once; the start creates shop.orders'],
  ['a table', { guarantee: { level: 'exactly-once' } as const }, 'guarantee: exactly-once\n'],
  ['a table that gives less', { guarantee: LESS, problems: WRONG }, 'guarantee: at-least-once'],
])('with %s, the guarantee is shown', (_, pipeline, line) => {
  expect(shown(pipeline)).toContain(line);
});

test.each([
  ['the start would create its tables', {}],
  ['its table fits', { guarantee: { level: 'exactly-once' } as const, willCreate: [] }],
  ['nothing is known', { willCreate: [] }],
])('next to an error, no guarantee is claimed, although %s', (_, pipeline) => {
  const text = shown({ ...pipeline, problems: WRONG });
  expect(text).toContain('pipeline orders: topic orders (1 partition)');
  expect(text).toContain('there is no database shop');
  expect(text).not.toContain('guarantee');
});
