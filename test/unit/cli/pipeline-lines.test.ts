// Promise: the list of open pipelines has a line for each with state, route, lag, rate and why it does not run; one that could not
// be asked says so, and an empty list is a sentence. The rate is that of the last minute. Checked on pipelines as Temporal and
// their workflows give them.
import { expect, test } from 'vitest';
import { pipelineLines } from '../../../src/cli/pipeline-lines.js';
import { type OpenPipeline, recentRate } from '../../../src/cli/temporal/open-pipelines.js';
import { PLAIN } from '../../../src/cli/text/style.js';
import type { BatchSummary } from '../../../src/domain/pipeline/batch-summary.js';
import { NOW_MS } from '../../support/pipeline-builders.js';

function aPipeline(changes: Partial<OpenPipeline> = {}): OpenPipeline {
  return {
    ...{ workflowId: 'orders', taskQueue: 'millrace', state: 'running', detail: 'moving records' },
    ...{ topic: 'orders', groupId: 'millrace-orders', table: 'shop.orders' },
    ...{ lag: 12_000, rowsPerSecond: 1_234, holds: {}, noAnswer: null, lastFailure: null },
    ...changes,
  };
}

const lines = (...pipelines: readonly OpenPipeline[]) => pipelineLines(pipelines, 'shop', PLAIN);

test('a running pipeline: state, route, lag and rate, without a note', () => {
  const [titles, line, , count] = lines(aPipeline());
  expect(titles).toMatch(/^pipeline {2}state +topic → table +lag +rows\/s {2}notes$/);
  expect(line).toMatch(/^orders +RUNNING +orders → shop\.orders +12,000 +1,234$/);
  expect(count).toBe('1 open pipeline in namespace shop');
});

test('a paused one has its reason, a held one the reasons of its holds', () => {
  const [, paused, held] = lines(
    aPipeline({ state: 'paused', detail: 'maintenance (since then)' }),
    aPipeline({ state: 'held', holds: { TooManyRejections: 2, DataLost: 1 } }),
  );
  expect(paused).toMatch(/PAUSED .* {2}maintenance \(since then\)$/);
  expect(held).toMatch(/HELD .* {2}held partitions: TooManyRejections 2, DataLost 1$/);
});

test('one that has not resolved its settings has no route, and says what it does', () => {
  const unknown = { topic: null, groupId: null, table: null, lag: null, rowsPerSecond: 0 };
  const [, line] = lines(aPipeline({ ...unknown, state: 'starting', detail: 'resolving' }));
  expect(line).toMatch(/^orders +STARTING +0 {2}resolving$/);
});

test('one whose start fails says why, in its line', () => {
  const lastFailure = 'resolvePipeline, attempt 4: there is no topic\n  orders';
  const [, line] = lines(aPipeline({ state: 'starting', detail: 'resolving', lastFailure }));
  expect(line).toMatch(/resolving; resolvePipeline, attempt 4: there is no topic orders$/);
});

test('one that no worker answers for says so, with the state that it recorded last', () => {
  const noAnswer = 'no worker answered on task queue millrace';
  const unknown = { detail: null, lag: null, rowsPerSecond: null, noAnswer };
  const [, recorded, nothing] = lines(
    aPipeline({ ...unknown, holds: { TableChanged: 1 }, state: 'held' }),
    aPipeline({ ...unknown, state: null, topic: null, table: null, groupId: null }),
  );
  expect(recorded).toMatch(
    /^orders +NO ANSWER +orders → shop\.orders +no worker answered on task queue millrace; last recorded state: held; held partitions: TableChanged 1$/,
  );
  expect(nothing).toMatch(/^orders +NO ANSWER +no worker answered on task queue millrace$/);
});

test('none', () => {
  expect(lines()).toEqual([
    'No pipeline is open in namespace shop of Temporal. `millrace start <pipeline>` starts one.',
  ]);
});

function aBatch(secondsAgo: number, rows: number): BatchSummary {
  const phases = {
    ...{ waitMs: 0, fetchMs: 0, decodeMs: 0, insertMs: 0, commitMs: 0, totalMs: 10_000 },
  };
  return {
    ...{ batch: 1, lane: 0, at: new Date(NOW_MS - secondsAgo * 1_000).toISOString() },
    ...{ records: rows, rows, deadLetters: 0, filtered: 0, bytes: 1, blocks: 1, attempt: 1 },
    ...{ oldestRecordMs: null, ranges: '', phases },
  };
}

test('the rate counts the rows of the last minute, however many batches they came in', () => {
  expect(recentRate([], NOW_MS)).toBe(0);
  expect(recentRate([aBatch(300, 5_000)], NOW_MS)).toBe(0);
  expect(recentRate([aBatch(300, 5_000), aBatch(30, 600)], NOW_MS)).toBe(10);
});

test('a pipeline that is younger than a minute is not divided by a minute', () => {
  expect(recentRate([aBatch(10, 400), aBatch(0, 400)], NOW_MS)).toBe(40);
});
