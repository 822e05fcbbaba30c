// Promise: state and lag of every running pipeline are shown, even if it runs no activity. A completed one is no longer shown,
// and one that cannot be queried does not hide the others. Checked over an in-memory list and topic.
import { beforeEach, expect, test } from 'vitest';
import { allAvailable, type PartitionOffsets } from '../../../../src/domain/log/topic-offsets.js';
import type { PipelineMemo } from '../../../../src/domain/pipeline/pipeline-memo.js';
import type { RunningPipeline } from '../../../../src/worker/telemetry/list-pipelines.js';
import { createPipelineWatch } from '../../../../src/worker/telemetry/pipeline-watch.js';
import { type RecordedMetrics, recordedMetrics } from '../../../support/recorded-metrics.js';

const MEMO: PipelineMemo = {
  ...{ state: 'running', topic: 't', groupId: 'g', table: 'x', guarantee: 'exactly-once' },
  ...{ holds: {}, bounded: false },
} as const;

let metrics: RecordedMetrics;
let pipelines: RunningPipeline[];
let partitions: PartitionOffsets[];
let committed: (number | null)[];
let isTemporalDown: boolean;
let isKafkaDown: boolean;
let isCoordinatorDown: boolean;
let unavailable: Map<number, number>;
let warnings: string[];
let look: () => Promise<void>;

const partition = (number: number, logStart: number, end: number): PartitionOffsets => ({
  ...{ partition: number, logStart, end, highWatermark: end },
});

beforeEach(() => {
  metrics = recordedMetrics();
  pipelines = [{ workflowId: 'a', memo: MEMO }];
  partitions = [partition(0, 0, 100), partition(1, 50, 80)];
  committed = [90, null];
  isTemporalDown = isKafkaDown = isCoordinatorDown = false;
  unavailable = new Map();
  warnings = [];
  look = createPipelineWatch({
    metrics,
    list: () => (isTemporalDown ? Promise.reject(new Error('down')) : Promise.resolve(pipelines)),
    source: {
      availableOffsets: () => {
        if (isKafkaDown) return Promise.reject(new Error('down'));
        const all = allAvailable({ topicId: 'id', partitions });
        const available = [...all.partitions].filter(([each]) => !unavailable.has(each));
        return Promise.resolve({
          ...{ ...all, partitions: new Map(available) },
          unavailable: [...unavailable].map(([each, sinceMs]) => ({
            ...{ partition: each, why: 'silent' as const, broker: '2 (kafka-2:9092)', sinceMs },
          })),
        });
      },
    },
    groups: {
      committed: () => {
        if (isCoordinatorDown) return Promise.reject(new Error('no coordinator'));
        return Promise.resolve(
          committed.map((offset, number) => ({ partition: number, offset, metadata: '' })),
        );
      },
    },
    logger: { warn: (message) => void warnings.push(message) },
  });
});

const of = (name: string, labels: Readonly<Record<string, string>> = {}) =>
  metrics.value(name, { pipeline: 'a', ...labels });

test('lag is the distance from committed offsets to ends, or the whole log without an offset', async () => {
  await look();
  expect(of('millrace_lag_records')).toBe(10 + 30);
  expect(of('millrace_lag_most_records')).toBe(30);
  expect(of('millrace_partition_lag_records', { partition: '0' })).toBe(10);
});

test('records that retention deleted are no lag', async () => {
  committed = [10, 80];
  partitions = [partition(0, 60, 100), partition(1, 50, 80)];
  await look();
  expect(of('millrace_lag_records')).toBe(40);
});

test('the wait grows while nothing moves, even while Kafka is down', async () => {
  await look();
  isKafkaDown = true;
  await new Promise((resolve) => setTimeout(resolve, 20));
  await look();
  expect(of('millrace_waiting_seconds')).toBeGreaterThan(0.01);
  expect(metrics.value('millrace_watch_failures_total', { of: 'kafka' })).toBe(1);
});

test('a partition whose leader does not answer is named with the broker, and keeps its last known lag', async () => {
  await look();
  unavailable.set(1, Date.now() - 60_000);
  committed = [95, null];
  await look();
  const labels = { partition: '1', broker: '2 (kafka-2:9092)' };
  expect(of('millrace_partition_unavailable_seconds', labels)).toBeGreaterThanOrEqual(60);
  expect(of('millrace_lag_records')).toBe(5 + 30);
  unavailable.clear();
  await look();
  expect(of('millrace_partition_unavailable_seconds', labels)).toBeNaN();
  expect(of('millrace_partition_unavailable_seconds', { ...labels, broker: '' })).toBe(0);
});

test('a partition without an answer is named even while the coordinator is down', async () => {
  unavailable.set(0, Date.now() - 5_000);
  isCoordinatorDown = true;
  await look();
  const labels = { partition: '0', broker: '2 (kafka-2:9092)' };
  expect(of('millrace_partition_unavailable_seconds', labels)).toBeGreaterThanOrEqual(5);
  expect(warnings).toEqual(['The metrics are missing the lag of a']);
});

test('exactly one state has the value 1', async () => {
  pipelines = [
    { workflowId: 'a', memo: { ...MEMO, state: 'held', holds: { DataLost: 2 } } },
    { workflowId: 'b', memo: null },
  ];
  await look();
  expect(of('millrace_pipeline_state', { state: 'held' })).toBe(1);
  expect(of('millrace_pipeline_state', { state: 'running' })).toBe(0);
  expect(of('millrace_holds', { reason: 'DataLost' })).toBe(2);
  expect(of('millrace_holds', { reason: 'TopicRewound' })).toBe(0);
  expect(metrics.value('millrace_pipeline_state', { pipeline: 'b', state: 'starting' })).toBe(1);
});

test('a guarantee below exactly-once appears', async () => {
  await look();
  expect(of('millrace_exactly_once')).toBe(1);
  pipelines = [{ workflowId: 'a', memo: { ...MEMO, guarantee: 'at-least-once' } }];
  await look();
  expect(of('millrace_exactly_once')).toBe(0);
  expect(of('millrace_guarantee', { level: 'at-least-once' })).toBe(1);
  pipelines = [{ workflowId: 'a', memo: { ...MEMO, guarantee: 'none' } }];
  await look();
  expect(of('millrace_exactly_once')).toBe(0);
  expect(of('millrace_guarantee', { level: 'at-least-once' })).toBe(0);
  expect(of('millrace_guarantee', { level: 'none' })).toBe(1);
});

test('the series of a completed pipeline are removed', async () => {
  await look();
  pipelines = [];
  await look();
  expect(of('millrace_lag_records')).toBeNaN();
  expect(of('millrace_pipeline_state', { state: 'running' })).toBeNaN();
});

test('known pipelines are still watched if Temporal does not answer', async () => {
  await look();
  isTemporalDown = true;
  committed = [0, 50];
  await look();
  await look();
  expect(of('millrace_lag_records')).toBe(130);
  expect(metrics.value('millrace_watch_failures_total', { of: 'temporal' })).toBe(2);
  expect(warnings).toEqual(['The metrics are missing the list of pipelines']);
});

test('a bounded run has no lag, because it does not read to the end of the log', async () => {
  pipelines = [{ workflowId: 'a', memo: { ...MEMO, bounded: true } }];
  await look();
  expect(of('millrace_lag_records')).toBeNull();
  expect(of('millrace_pipeline_state', { state: 'running' })).toBe(1);
});

test('partitions of large topics have no series of their own', async () => {
  partitions = Array.from({ length: 33 }, (_, number) => partition(number, 0, 10));
  committed = partitions.map(() => 0);
  await look();
  expect(of('millrace_lag_records')).toBe(330);
  expect(metrics.series('millrace_partition_lag_records')).toEqual([]);
});

test('records behind an open transaction are lag, and a blocked transaction appears with offset and age', async () => {
  partitions = [{ partition: 0, logStart: 0, end: 90, highWatermark: 591 }];
  committed = [90];
  await look();
  expect(of('millrace_lag_records')).toBe(501);
  expect(of('millrace_open_transaction_seconds', { partition: '0' })).toBeNull();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await look();
  expect(of('millrace_open_transaction_seconds', { partition: '0' })).toBeGreaterThan(0.01);
  expect(of('millrace_open_transaction_first_offset', { partition: '0' })).toBe(90);
  expect(of('millrace_waiting_seconds')).toBeGreaterThan(0.01);
  partitions = [partition(0, 0, 592)];
  await look();
  await look();
  expect(of('millrace_open_transaction_seconds', { partition: '0' })).toBeNaN();
});
