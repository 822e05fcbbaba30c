import type {
  BatchOutcome,
  BatchPlan,
  BatchStats,
  RangeDone,
} from '../../src/domain/pipeline/batch-plan.js';
import type { Log } from '../../src/domain/log/log.js';
import { beginRun, firstState } from '../../src/domain/pipeline/first-state.js';
import type { PipelineSettings } from '../../src/domain/pipeline/settings.js';
import type { PipelineState, ResolvedPipeline } from '../../src/domain/pipeline/state.js';

/** Builders with defaults, so that a test names only what it is about. */

export const RUN = { pipelineId: 'run-1', reset: false, notBeforeMs: 0 };
export const NOW_MS = Date.UTC(2026, 10, 23, 7);

/** A log that every row under the topic's name belongs to. */
export function aLog(topic = 'stream-events', changes: Partial<Log> = {}): Log {
  return { topic, topicId: '', sameAs: [], unknownSince: 0, ...changes };
}

export function aSettings(settings: Partial<PipelineSettings> = {}): PipelineSettings {
  return {
    topic: 'stream-events',
    groupId: 'group',
    table: 'stream_events',
    from: 'committed',
    until: null,
    existing: 'insert',
    batch: { maxRows: 1_000, maxBytes: 67_108_864, intervalSeconds: 10 },
    lanes: 1,
    onDataLoss: 'hold',
    guarantee: 'report',
    durability: 'server',
    ...settings,
  };
}

export function aResolution(
  ends: readonly number[],
  changes: Partial<Omit<ResolvedPipeline, 'settings'>> & {
    settings?: Partial<PipelineSettings>;
  } = {},
): ResolvedPipeline {
  const zeros = ends.map(() => '0');
  return {
    fromEnvironment: [],
    target: {
      table: { database: 'default', table: 'stream_events' },
      tableId: 'table-1',
      findable: true,
      columns: ['event_id', '_offset'],
      tablePartition: 'month',
      guarantee: { level: 'exactly-once' },
      durability: 'page cache',
      ...{ version: 'v1', describedMs: NOW_MS, warnings: [], notStored: [] },
    },
    topicId: 'topic-1',
    cursor: zeros,
    end: ends.map(String),
    logStart: zeros,
    epoch: ends.map(() => 0),
    until: null,
    reconcileUntil: zeros,
    warnings: [],
    ...changes,
    settings: aSettings(changes.settings),
  };
}

/** A pipeline whose partitions start at 0 and end at `ends`. */
export function aState(
  ends: readonly number[],
  changes: Partial<PipelineState> & { settings?: PipelineSettings } = {},
): PipelineState {
  const settings = changes.settings ?? aSettings();
  return beginRun({ ...firstState(aResolution(ends, { settings })), ...changes });
}

export function aPlan(
  ranges: readonly (readonly [partition: number, first: number, end: number])[],
  changes: Partial<BatchPlan> = {},
): BatchPlan {
  return {
    batch: 1,
    lane: 0,
    pipelineId: 'run-1',
    topic: 'stream-events',
    topicId: 'topic-1',
    groupId: 'group',
    table: { database: 'default', table: 'stream_events' },
    tableId: 'table-1',
    wishes: { lanes: 1, durability: 'server' },
    findable: true,
    ranges: ranges.map(([partition, first, end]) => ({
      partition,
      epoch: 0,
      first: String(first),
      end: String(end),
    })),
    cut: {
      version: 1,
      maxRows: 1_000,
      maxBytes: 67_108_864,
      maxTablePartitions: 100,
      tablePartition: 'month',
      columns: ['event_id', '_offset'],
      alone: [],
    },
    expectedBytes: 300_000,
    earlierSends: 'none',
    notBeforeMs: 0,
    acceptRejections: false,
    takeGroup: false,
    ...changes,
  };
}

export function aDone(partition: number, first: number, end: number, logEnd = end): RangeDone {
  return {
    partition,
    epoch: 0,
    first: String(first),
    end: String(end),
    rows: end - first,
    deadLetters: 0,
    logEnd: String(logEnd),
  };
}

export function aStats(records = 0, changes: Partial<BatchStats> = {}): BatchStats {
  return {
    records,
    rows: records,
    deadLetters: {},
    filtered: 0,
    bytes: records * 300,
    blocks: 1,
    alreadyThere: 0,
    repaired: 0,
    attempt: 1,
    oldestRecordMs: null,
    phases: { waitMs: 0, fetchMs: 1, decodeMs: 1, insertMs: 1, commitMs: 1, totalMs: 4 },
    ...changes,
  };
}

/** The outcome of a plan that was carried out completely. */
export function allDone(plan: BatchPlan): BatchOutcome {
  const done = plan.ranges.map((range) =>
    aDone(range.partition, Number(range.first), Number(range.end)),
  );
  const records = done.reduce((sum, range) => sum + range.rows, 0);
  return { kind: 'done', done, stats: aStats(records), warnings: [] };
}
