// Promise: results of batches, inserts and failures are measured exactly, attempt by attempt, with a bounded number of series.
// Checked in Temporal's activity environment on activities with given answers.
import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { beforeEach, expect, test } from 'vitest';
import { toApplicationFailure } from '../../../../src/activities/attempt/failures.js';
import { measureBatches } from '../../../../src/worker/telemetry/batch-metrics.js';
import { measureFailures } from '../../../../src/worker/telemetry/failure-metrics.js';
import { METRICS } from '../../../../src/worker/telemetry/metrics-catalogue.js';
import { createPipelineLabel } from '../../../../src/worker/telemetry/pipeline-label-metrics.js';
import { measureInserts } from '../../../../src/worker/telemetry/transfer-metrics.js';
import { InsertFailed } from '../../../../src/domain/insert-failures/insert-error.js';
import type { BatchOutcome } from '../../../../src/domain/pipeline/batch-plan.js';
import { blockOf, rowsFrom } from '../../../support/clickhouse-blocks.js';
import { fakeEventTable } from '../../../support/fake-event-table.js';
import { anInsertError } from '../../../support/insert-errors.js';
import { aDone, aPlan, aStats } from '../../../support/pipeline-builders.js';
import { type RecordedMetrics, recordedMetrics } from '../../../support/recorded-metrics.js';
import { DEAD_LETTER_REASONS } from '../../../../src/domain/dead-letters/dead-letter.js';

const PIPELINE = { pipeline: 'stream-events' };
const MEMORY = anInsertError({
  code: 241,
  message: 'ClickHouse error 241 MEMORY_LIMIT_EXCEEDED',
});

let metrics: RecordedMetrics;

beforeEach(() => {
  metrics = recordedMetrics();
});

/** In an activity of the workflow `stream-events`. */
function inActivity<T>(work: () => Promise<T>): Promise<T> {
  const workflowExecution = { workflowId: 'stream-events', runId: 'run-1' };
  const info = { workflowExecution, activityType: 'ingestBatch' };
  // The test wants this failure, so it need not appear in the output.
  const logger = new DefaultLogger('ERROR');
  const environment = new MockActivityEnvironment(info, { logger });
  return environment.run<[], T, () => Promise<T>>(work);
}

function ingest(outcome: BatchOutcome): Promise<BatchOutcome> {
  const measured = measureBatches(() => Promise.resolve(outcome), {
    metrics,
    label: createPipelineLabel(),
  });
  return inActivity(() => measured(aPlan([[0, 0, 100]])));
}

const aBatch = (changes: Parameters<typeof aStats>[1] = {}): BatchOutcome => ({
  kind: 'done',
  done: [aDone(0, 0, 100)],
  stats: aStats(100, changes),
  warnings: [],
});

test('a batch counts its records, rows, bytes and dead letters, and its times', async () => {
  await ingest(
    aBatch({
      rows: 90,
      filtered: 3,
      deadLetters: { invalid_json: 7 },
      alreadyThere: 5,
      repaired: 2,
      oldestRecordMs: 1_500,
    }),
  );
  const counted = {
    millrace_records_total: 100,
    millrace_rows_total: 90,
    millrace_value_bytes_total: 30_000,
    millrace_filtered_records_total: 3,
    millrace_found_rows_total: 5,
    millrace_repaired_rows_total: 2,
    millrace_batch_seconds: 1,
    millrace_freshness_seconds: 1,
  };
  for (const [name, value] of Object.entries(counted)) {
    expect([name, metrics.value(name, PIPELINE)]).toEqual([name, value]);
  }
  const letters = { ...PIPELINE, reason: 'invalid_json' };
  expect(metrics.value('millrace_dead_letters_total', letters)).toBe(7);
  expect(metrics.value('millrace_batches_total', { ...PIPELINE, outcome: 'done' })).toBe(1);
  expect(metrics.value('millrace_batches_in_hand', PIPELINE)).toBe(0);
});

test('counters of reasons that did not occur begin at 0, so that a rate includes the first', async () => {
  await ingest(aBatch());
  expect(metrics.series('millrace_dead_letters_total')).toHaveLength(DEAD_LETTER_REASONS.length);
  expect(metrics.value('millrace_batches_total', { ...PIPELINE, outcome: 'held' })).toBe(0);
});

test('a batch without rows reports no freshness', async () => {
  await ingest(aBatch());
  expect(metrics.value('millrace_freshness_seconds', PIPELINE)).toBeNull();
});

test('a batch counts as in progress while its activity runs, even if it fails', async () => {
  const inHand = () => metrics.value('millrace_batches_in_hand', PIPELINE);
  let during: number | null = null;
  const measured = measureBatches(
    () => {
      during = inHand();
      return Promise.reject(new Error('no'));
    },
    { metrics, label: createPipelineLabel() },
  );
  await expect(inActivity(() => measured(aPlan([[0, 0, 1]])))).rejects.toThrow('no');
  expect([during, inHand()]).toEqual([1, 0]);
});

test('a re-split that ClickHouse caused counts by its code and action', async () => {
  const { cut, ranges } = aPlan([[0, 0, 100]]);
  const refusal = { code: '241', action: 'shrink' } as const;
  await ingest({
    kind: 'recut',
    done: [],
    rest: ranges,
    cut,
    why: 'memory',
    refusal,
    stats: aStats(),
    warnings: [],
  });
  const labels = { ...PIPELINE, ...refusal };
  expect(metrics.value('millrace_refused_inserts_total', labels)).toBe(1);
});

/** One attempt with this failure. */
async function fail(error: unknown): Promise<void> {
  const { doIt } = measureFailures(
    { doIt: () => Promise.reject(error as Error) },
    { metrics, label: createPipelineLabel() },
  );
  await expect(inActivity(() => doIt())).rejects.toBe(error);
}

test('a failed attempt counts by its cause', async () => {
  await fail(toApplicationFailure(new InsertFailed({ ...MEMORY, code: 60 })));
  await fail(ApplicationFailure.nonRetryable('give `from`', 'NeedsDecision'));
  await fail(new TypeError('x is not a function'));
  const activity = 'ingestBatch';
  for (const cause of ['ClickHouse 60', 'NeedsDecision', 'TypeError']) {
    const labels = { ...PIPELINE, activity, cause };
    expect([cause, metrics.value('millrace_failed_attempts_total', labels)]).toEqual([cause, 1]);
  }
  const labels = { ...PIPELINE, code: '60', action: 'operator' };
  expect(metrics.value('millrace_refused_inserts_total', labels)).toBe(1);
});

test('a cancelled attempt does not count as failed', async () => {
  await fail(new CancelledFailure('CANCELLED'));
  expect(metrics.series('millrace_failed_attempts_total')).toEqual([]);
});

test('an acknowledged insert counts its rows and bytes, and any insert its time', async () => {
  const events = fakeEventTable();
  const measured = measureInserts(events, { metrics, label: createPipelineLabel() });
  const block = blockOf('stream-events', rowsFrom(0, 0, 10));
  const id = {
    ...{ workflowId: 'stream-events', runId: 'r', attempt: 1 },
    ...{ lane: 0, batch: 1, block: 1, send: 1 },
  };
  const send = (signal: AbortSignal) =>
    measured.insert({ database: 'd', table: 't' }, block, { token: 'T', id, signal });
  await send(new AbortController().signal);
  const bytes = block.columns.reduce((sum, { data }) => sum + data.length, 0);
  expect(metrics.value('millrace_inserted_rows_total', PIPELINE)).toBe(10);
  expect(metrics.value('millrace_inserted_bytes_total', PIPELINE)).toBe(bytes);
  events.insert = () => Promise.reject(new InsertFailed(MEMORY));
  const failing = measureInserts(events, { metrics, label: createPipelineLabel() });
  const options = { token: 'T', id, signal: new AbortController().signal };
  await expect(failing.insert({ database: 'd', table: 't' }, block, options)).rejects.toThrow();
  expect(metrics.value('millrace_insert_seconds', PIPELINE)).toBe(2);
  expect(metrics.value('millrace_inserts_total', PIPELINE)).toBe(1);
});

test('workflows beyond the bound share one series', () => {
  const label = createPipelineLabel(2);
  expect(['a', 'b', 'c', 'a', 'd'].map(label)).toEqual(['a', 'b', 'other', 'a', 'other']);
});

test('every name has its unit, as Prometheus requires', () => {
  for (const [name, { kind, help }] of Object.entries(METRICS)) {
    if (kind === 'counter') expect(name).toMatch(/_total$/);
    else expect(name).not.toMatch(/_total$/);
    if (kind === 'histogram') expect(name).toMatch(/_seconds$/);
    expect(help).toMatch(/\.$/);
  }
});
