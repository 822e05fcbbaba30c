import type { Logger } from '@temporalio/worker';
import type { Metrics } from './metrics.js';
import type { Unavailable } from '../../domain/log/topic-offsets.js';
import type { PipelineMemo } from '../../domain/pipeline/pipeline-memo.js';
import { GUARANTEE_LEVELS } from '../../domain/table/guarantee-level.js';
import { HOLD_REASONS } from '../../domain/holds/hold.js';
import { createLagWatch, type LagDependencies, type PartitionLag } from './lag-watch.js';
import type { RunningPipeline } from './list-pipelines.js';
import { createPipelineGauges, type PipelineGauges } from './pipeline-gauges.js';

const LOOK_MS = 10_000;

/** With more partitions than this, there would be more series than anybody reads. */
const MAX_PARTITIONS = 32;

const STATES = ['starting', 'running', 'paused', 'draining', 'held'] as const;

export interface WatchDependencies extends LagDependencies {
  readonly list: () => Promise<readonly RunningPipeline[]>;
  readonly metrics: Metrics;
  readonly logger: Pick<Logger, 'warn'>;
}

/** Updates the metrics every ten seconds. Returns a function that stops it. */
export function watchPipelines(dependencies: WatchDependencies): () => void {
  const look = createPipelineWatch(dependencies);
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  const turn = async () => {
    await look();
    if (!isStopped) timer = setTimeout(() => void turn(), LOOK_MS);
  };
  void turn();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}

/**
 * Shows state and lag of all pipelines of a task queue. It looks them up, because a pipeline that is paused, held or stuck has
 * no activities that could report them. Every worker finds the same values.
 */
export function createPipelineWatch(dependencies: WatchDependencies): () => Promise<void> {
  const { list, metrics } = dependencies;
  const gauges = createPipelineGauges(metrics);
  const lags = createLagWatch(dependencies);
  const attempt = createTolerance(dependencies);
  let pipelines: readonly RunningPipeline[] = [];
  return async () => {
    // If Temporal does not answer, keep watching the pipelines of the last look.
    await attempt('temporal', 'the list of pipelines', async () => {
      pipelines = await list();
    });
    lags.keepOnly(new Set(pipelines.map(({ workflowId }) => workflowId)));
    for (const { workflowId: pipeline, memo } of pipelines) {
      showState(gauges, pipeline, memo);
      // A bounded run doesn't read to the end of the log.
      if (memo === null || memo.bounded) continue;
      await attempt('kafka', `the lag of ${pipeline}`, () => lags.look(pipeline, memo));
      const lag = lags.lagOf(pipeline, Date.now());
      if (lag !== null) showLag(gauges, pipeline, lag);
      showUnavailable(gauges, pipeline, {
        lag: lag ?? [],
        unavailable: lags.unavailable(pipeline),
      });
    }
    gauges.sweep();
  };
}

type Attempt = (of: 'temporal' | 'kafka', what: string, work: () => Promise<void>) => Promise<void>;

/** Logs one line when something begins to fail. The counter shows that it continues. */
function createTolerance({ metrics, logger }: WatchDependencies): Attempt {
  const failing = new Set<string>();
  for (const of of ['temporal', 'kafka']) metrics.count('millrace_watch_failures_total', 0, { of });
  return async (of, what, work) => {
    try {
      await work();
      failing.delete(what);
    } catch (error) {
      metrics.count('millrace_watch_failures_total', 1, { of });
      if (failing.has(what)) return;
      failing.add(what);
      const cause = error instanceof Error ? error.message : String(error);
      logger.warn(`The metrics are missing ${what}`, { cause });
    }
  };
}

function showState(gauges: PipelineGauges, pipeline: string, memo: PipelineMemo | null): void {
  for (const state of STATES) {
    const isIt = state === (memo?.state ?? 'starting');
    gauges.set('millrace_pipeline_state', isIt ? 1 : 0, { pipeline, state });
  }
  if (memo === null) return;
  for (const reason of HOLD_REASONS) {
    gauges.set('millrace_holds', memo.holds[reason] ?? 0, { pipeline, reason });
  }
  gauges.set('millrace_exactly_once', memo.guarantee === 'exactly-once' ? 1 : 0, { pipeline });
  for (const level of GUARANTEE_LEVELS) {
    gauges.set('millrace_guarantee', memo.guarantee === level ? 1 : 0, { pipeline, level });
  }
}

function showLag(gauges: PipelineGauges, pipeline: string, lag: readonly PartitionLag[]): void {
  const records = lag.map((each) => each.records);
  const total = records.reduce((sum, each) => sum + each, 0);
  gauges.set('millrace_lag_records', total, { pipeline });
  gauges.set('millrace_lag_most_records', Math.max(0, ...records), { pipeline });
  const longest = Math.max(0, ...lag.map(({ waitingSeconds }) => waitingSeconds));
  gauges.set('millrace_waiting_seconds', longest, { pipeline });
  showOpenTransactions(gauges, pipeline, lag);
  if (lag.length > MAX_PARTITIONS) return;
  for (const each of lag) {
    const labels = { pipeline, partition: String(each.partition) };
    gauges.set('millrace_partition_lag_records', each.records, labels);
    gauges.set('millrace_partition_waiting_seconds', each.waitingSeconds, labels);
  }
}

/** Shows the partitions that have not answered for the longest time, and 0 for each that answers. */
function showUnavailable(
  gauges: PipelineGauges,
  pipeline: string,
  seen: { readonly lag: readonly PartitionLag[]; readonly unavailable: readonly Unavailable[] },
): void {
  const { lag, unavailable } = seen;
  const missing = new Set(unavailable.map(({ partition }) => partition));
  const answered = lag.filter(({ partition }) => !missing.has(partition));
  for (const { partition } of lag.length > MAX_PARTITIONS ? [] : answered) {
    const labels = { pipeline, partition: String(partition), broker: '' };
    gauges.set('millrace_partition_unavailable_seconds', 0, labels);
  }
  const oldest = [...unavailable].sort((a, b) => a.sinceMs - b.sinceMs).slice(0, MAX_PARTITIONS);
  for (const { partition, broker, sinceMs } of oldest) {
    const labels = { pipeline, partition: String(partition), broker: broker ?? 'none' };
    const seconds = Math.max(0, Date.now() - sinceMs) / 1_000;
    gauges.set('millrace_partition_unavailable_seconds', seconds, labels);
  }
}

/** Shows the transactions that have been open for the longest time. Each of them blocks a partition. */
function showOpenTransactions(
  gauges: PipelineGauges,
  pipeline: string,
  lag: readonly PartitionLag[],
): void {
  const open = lag.flatMap(({ partition, openTransaction }) =>
    openTransaction === null ? [] : [{ partition, ...openTransaction }],
  );
  const oldest = open.sort((a, b) => b.seconds - a.seconds).slice(0, MAX_PARTITIONS);
  for (const { partition, firstOffset, seconds } of oldest) {
    const labels = { pipeline, partition: String(partition) };
    gauges.set('millrace_open_transaction_seconds', seconds, labels);
    gauges.set('millrace_open_transaction_first_offset', firstOffset, labels);
  }
}
