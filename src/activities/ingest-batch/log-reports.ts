import { Context, log } from '@temporalio/activity';
import { LOG_SEEN_FIRST_MS, LOG_SEEN_MAX_MS, LOG_SEEN_SHARE } from '../../domain/limits.js';
import { NO_LEADER_EPOCH } from '../../domain/log/leader-epochs.js';
import type { RecordSource } from '../../domain/ports/record-source.js';
import type { PipelineMessages } from '../../domain/ports/workflows.js';

/**
 * Tells the workflow where the log ends while a batch is being retried. A workflow learns about a batch only when it ends, so
 * without these reports it would show an old lag for as long as ClickHouse is down.
 */
export interface LogReports {
  /** Starts the reports for one attempt of a batch. Returns a function that ends them. */
  start(batch: { readonly workflowId: string; readonly topic: string }): () => void;
}

interface LogReportDependencies {
  readonly source: Pick<RecordSource, 'availableOffsets'>;
  readonly messages: PipelineMessages;
}

/** Pipelines whose last report is remembered. With more, some get reports sooner than they need. */
const REMEMBERED_MAX = 1_000;

export function createLogReports({ source, messages }: LogReportDependencies): LogReports {
  /** By workflow id: attempts are short, and the next one must not report again. */
  const toldMs = new Map<string, number>();

  const tell = async (workflowId: string, topic: string) => {
    const atMs = Date.now();
    if (toldMs.size >= REMEMBERED_MAX) toldMs.clear();
    toldMs.set(workflowId, atMs);
    const found = await source.availableOffsets(topic);
    // The signal needs the offsets of every partition.
    if (found.unavailable.length > 0) return;
    const { topicId } = found;
    const partitions = [...found.partitions.values()].sort((a, b) => a.partition - b.partition);
    await messages.logSeen(workflowId, {
      topicId,
      atMs,
      ends: partitions.map(({ end }) => String(end)),
      logEnds: partitions.map(({ highWatermark }) => String(highWatermark)),
      leaderEpochs: partitions.map(({ leaderEpoch = NO_LEADER_EPOCH }) => leaderEpoch),
    });
  };

  return {
    start({ workflowId, topic }) {
      const { scheduledTimestampMs } = Context.current().info;
      let timer: NodeJS.Timeout | undefined;
      const plan = () => {
        const nowMs = Date.now();
        const dueMs = nextReportMs(scheduledTimestampMs, toldMs.get(workflowId));
        timer = setTimeout(report, Math.max(0, dueMs - nowMs));
      };
      const report = () => {
        // A batch of another lane may have reported in the meantime.
        if (nextReportMs(scheduledTimestampMs, toldMs.get(workflowId)) <= Date.now()) {
          tell(workflowId, topic).catch((error: unknown) => {
            const cause = error instanceof Error ? error.message : String(error);
            log.warn('The signal about the end of the log could not be sent to the pipeline', {
              cause,
            });
          });
        }
        plan();
      };
      plan();
      return () => {
        clearTimeout(timer);
      };
    },
  };
}

/** When the next report is due, in milliseconds since 1970: the longer a batch is stuck, the later. */
export function nextReportMs(scheduledMs: number, toldMs: number | undefined): number {
  const firstMs = scheduledMs + LOG_SEEN_FIRST_MS;
  if (toldMs === undefined || toldMs < scheduledMs) return firstMs;
  const shareMs = (toldMs - scheduledMs) / LOG_SEEN_SHARE;
  return Math.max(
    firstMs,
    toldMs + Math.min(LOG_SEEN_MAX_MS, Math.max(LOG_SEEN_FIRST_MS, shareMs)),
  );
}
