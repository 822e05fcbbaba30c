import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { BatchOutcome, BatchPlan } from '../../domain/pipeline/batch-plan.js';
import { describeRanges } from '../../domain/pipeline/batch-summary.js';

/**
 * Adds batch, lane and range to every line that an attempt of a batch logs, including its failure. Logs one more line with the
 * outcome.
 */
export const batchLog: ActivityInterceptorsFactory = ({ info, log }) => {
  if (info.activityType !== 'ingestBatch') return {};
  let fields: Readonly<Record<string, unknown>> = {};
  return {
    inbound: {
      async execute(input, next) {
        const [plan] = input.args as [BatchPlan];
        fields = { batch: plan.batch, lane: plan.lane, range: describeRanges(plan.ranges) };
        const outcome = (await next(input)) as BatchOutcome;
        const { message, ...told } = describe(outcome);
        if (outcome.kind === 'held') log.warn(message, told);
        else log.info(message, told);
        for (const warning of outcome.warnings) log.warn(warning);
        return outcome;
      },
    },
    outbound: {
      getLogAttributes: (attributes, next) => next({ ...attributes, ...fields }),
    },
  };
};

function describe(outcome: BatchOutcome) {
  const { records, rows, deadLetters, filtered, phases } = outcome.stats;
  const told = { records, rows, deadLetters, filtered, durationMs: phases.totalMs };
  switch (outcome.kind) {
    case 'done':
      return { message: 'Batch done', ...told };
    case 'partial': {
      const isUnanswered = (outcome.unavailable ?? []).length > 0;
      const why = isUnanswered ? ', because a leader does not answer' : ', and is planned again';
      return { message: `Batch ended early${why}`, ...told };
    }
    case 'recut':
      return { message: 'Batch is re-split into smaller blocks', ...told, why: outcome.why };
    case 'held': {
      const { reason, detail, partitions } = outcome.held;
      return { message: 'Batch is held', ...told, reason, why: detail, partitions };
    }
  }
}
