import type { BatchOutcome, BatchPhases } from '../../domain/pipeline/batch-plan.js';
import type { Activities } from '../../activities/index.js';
import type { Metrics } from './metrics.js';
import { currentPipeline, type PipelineLabel } from './pipeline-label-metrics.js';
import { DEAD_LETTER_REASONS } from '../../domain/dead-letters/dead-letter.js';

const OUTCOMES = ['done', 'recut', 'held'] as const satisfies BatchOutcome['kind'][];
const PHASES = ['wait', 'fetch', 'decode', 'insert', 'commit'] as const;
const COUNTERS = [
  'millrace_records_total',
  'millrace_rows_total',
  'millrace_value_bytes_total',
  'millrace_filtered_records_total',
  'millrace_found_rows_total',
  'millrace_repaired_rows_total',
] as const;

/** Measures the outcomes of batches. Failed attempts are counted elsewhere, because they decide nothing about their records. */
export function measureBatches(
  ingestBatch: Activities['ingestBatch'],
  { metrics, label }: { readonly metrics: Metrics; readonly label: PipelineLabel },
): Activities['ingestBatch'] {
  const inHand = new Map<string, number>();
  return async (plan) => {
    const pipeline = currentPipeline(label);
    if (!inHand.has(pipeline)) introduce(metrics, pipeline);
    const setInHand = (change: 1 | -1) => {
      const count = (inHand.get(pipeline) ?? 0) + change;
      inHand.set(pipeline, count);
      metrics.set('millrace_batches_in_hand', count, { pipeline });
    };
    setInHand(1);
    try {
      const outcome = await ingestBatch(plan);
      measure(metrics, pipeline, outcome);
      return outcome;
    } finally {
      setInHand(-1);
    }
  };
}

/** Starts the counters at 0, so that a rate includes their first increase. */
function introduce(metrics: Metrics, pipeline: string): void {
  for (const name of COUNTERS) metrics.count(name, 0, { pipeline });
  for (const outcome of OUTCOMES) metrics.count('millrace_batches_total', 0, { pipeline, outcome });
  for (const reason of DEAD_LETTER_REASONS) {
    metrics.count('millrace_dead_letters_total', 0, { pipeline, reason });
  }
}

function measure(metrics: Metrics, pipeline: string, outcome: BatchOutcome): void {
  const { stats, kind } = outcome;
  metrics.count('millrace_batches_total', 1, { pipeline, outcome: kind });
  metrics.count('millrace_records_total', stats.records, { pipeline });
  metrics.count('millrace_rows_total', stats.rows, { pipeline });
  metrics.count('millrace_value_bytes_total', stats.bytes, { pipeline });
  metrics.count('millrace_filtered_records_total', stats.filtered, { pipeline });
  metrics.count('millrace_found_rows_total', stats.alreadyThere, { pipeline });
  metrics.count('millrace_repaired_rows_total', stats.repaired, { pipeline });
  for (const [reason, count] of Object.entries(stats.deadLetters)) {
    metrics.count('millrace_dead_letters_total', count, { pipeline, reason });
  }
  measureTimes(metrics, pipeline, stats.phases);
  if (stats.oldestRecordMs !== null) {
    const seconds = Math.max(0, stats.oldestRecordMs) / 1_000;
    metrics.observe('millrace_freshness_seconds', seconds, { pipeline });
  }
  if (kind === 'recut' && outcome.refusal !== undefined) {
    metrics.count('millrace_refused_inserts_total', 1, { pipeline, ...outcome.refusal });
  }
}

function measureTimes(metrics: Metrics, pipeline: string, phases: BatchPhases): void {
  metrics.observe('millrace_batch_seconds', phases.totalMs / 1_000, { pipeline });
  for (const phase of PHASES) {
    const seconds = phases[`${phase}Ms`] / 1_000;
    metrics.observe('millrace_batch_phase_seconds', seconds, { pipeline, phase });
  }
}
