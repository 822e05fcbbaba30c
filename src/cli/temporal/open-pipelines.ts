import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { ClientError, explained } from '../../client/client-error.js';
import { getPipeline, type PipelineHandle } from '../../client/pipeline-client.js';
import type { HoldReason } from '../../domain/holds/hold.js';
import type { BatchSummary } from '../../domain/pipeline/batch-summary.js';
import { WORKFLOW_TYPES } from '../../domain/pipeline/message-names.js';
import { MEMO_NAME, parsePipelineMemo } from '../../domain/pipeline/pipeline-memo.js';
import type { PipelineStatus } from '../../domain/pipeline/pipeline-status.js';
import { CommandError } from '../errors.js';
import { retriesOf, retryText } from './retries.js';

/** A pipeline whose workflow is open. What only its workflow knows is null if it could not be asked. */
export interface OpenPipeline {
  readonly workflowId: string;
  readonly taskQueue: string;
  /** If the workflow could not be asked: the state that it recorded last, or null if it recorded none. */
  readonly state: PipelineStatus['state'] | null;
  readonly detail: string | null;
  readonly topic: string | null;
  readonly groupId: string | null;
  readonly table: string | null;
  readonly lag: number | null;
  /** In the last minute. */
  readonly rowsPerSecond: number | null;
  /** Number of held partitions by reason. */
  readonly holds: Readonly<Partial<Record<HoldReason, number>>>;
  /** Why the workflow could not be asked. Null if it answered. */
  readonly noAnswer: string | null;
  /** While it starts: the activity that failed last, and why. Null if none did. */
  readonly lastFailure: string | null;
}

type Found = Pick<WorkflowExecutionInfo, 'workflowId' | 'taskQueue' | 'memo'>;

/** The largest page that Temporal returns. */
const PAGE_SIZE = 1_000;

/** For all pages together. */
const LIST_MS = 120_000;

/** Workflows that are asked side by side. Each one may have to be replayed first. */
const ASKED_AT_ONCE = 16;

/**
 * A question that nobody answers takes up to ten seconds. If the first ones of a task queue have no answer, the others of that
 * queue are not asked.
 */
const UNANSWERED_BEFORE_GIVING_UP = ASKED_AT_ONCE;

const QUEUE_MS = 5_000;

const RATE_MS = 60_000;

interface Queue {
  readonly hasWorker: Promise<boolean>;
  answered: number;
  unanswered: number;
}

/** Lists all open pipelines of the client's namespace and asks each for its status, ordered by workflow id. */
export async function openPipelines(client: Client): Promise<readonly OpenPipeline[]> {
  const found = await listed(client);
  const queues = new Map<string, Queue>();
  const queueOf = ({ taskQueue }: Found): Queue => {
    const known = queues.get(taskQueue);
    if (known !== undefined) return known;
    const queue = { hasWorker: hasWorker(client, taskQueue), answered: 0, unanswered: 0 };
    queues.set(taskQueue, queue);
    return queue;
  };
  const pipelines = await sideBySide(found, ASKED_AT_ONCE, (each) =>
    asked(client, each, queueOf(each)),
  );
  return pipelines.filter((each) => each !== null);
}

/** Null if it has ended since it was listed. */
async function asked(client: Client, each: Found, queue: Queue): Promise<OpenPipeline | null> {
  const { taskQueue } = each;
  if (!(await queue.hasWorker)) return unasked(each, `no worker runs on task queue ${taskQueue}`);
  if (queue.answered === 0 && queue.unanswered >= UNANSWERED_BEFORE_GIVING_UP) {
    return unasked(each, `not asked: no worker answers on task queue ${taskQueue}`);
  }
  try {
    const pipeline = await answer(client, each);
    queue.answered += 1;
    return pipeline.state === 'ended' ? null : pipeline;
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    if (error.kind === 'not-found') return null;
    if (error.kind !== 'no-answer') throw error;
    queue.unanswered += 1;
    return unasked(each, `no worker answered on task queue ${taskQueue}`);
  }
}

/** Whether a worker asked the task queue for work in the last minutes. True if Temporal does not say. */
async function hasWorker(client: Client, name: string): Promise<boolean> {
  const { namespace } = client.options;
  try {
    const { pollers } = await client.withDeadline(Date.now() + QUEUE_MS, () =>
      client.workflowService.describeTaskQueue({ namespace, taskQueue: { name } }),
    );
    return pollers.length > 0;
  } catch {
    return true;
  }
}

/** `CloseTime IS NULL` also matches workflows that are paused in Temporal. */
async function listed(client: Client): Promise<readonly Found[]> {
  const query = `WorkflowType = "${WORKFLOW_TYPES.pipeline}" AND CloseTime IS NULL`;
  // A run that continued as new while the pages were read is listed twice.
  const found = new Map<string, Found>();
  try {
    await client.withDeadline(Date.now() + LIST_MS, async () => {
      for await (const each of client.workflow.list({ query, pageSize: PAGE_SIZE })) {
        found.set(each.workflowId, each);
      }
    });
  } catch (error) {
    const why = rootMessage(error);
    throw new CommandError(
      `Temporal can't list the pipelines of namespace ${client.options.namespace} (${why}). Check TEMPORAL_NAMESPACE, and that Temporal's visibility store is reachable.`,
      { cause: error },
    );
  }
  return [...found.values()].toSorted((a, b) => (a.workflowId < b.workflowId ? -1 : 1));
}

async function answer(client: Client, { workflowId, taskQueue }: Found): Promise<OpenPipeline> {
  const pipeline = getPipeline(client, workflowId);
  const [status, batches] = await Promise.all([pipeline.status(), pipeline.batches()]);
  const { state, detail, settings, lag, lagSeenAt } = status;
  const holds: Partial<Record<HoldReason, number>> = {};
  for (const { reason } of status.holds) holds[reason] = (holds[reason] ?? 0) + 1;
  return {
    ...{ workflowId, taskQueue, state, detail },
    topic: settings?.topic ?? null,
    groupId: settings?.groupId ?? null,
    table: settings?.table ?? null,
    lag: lagSeenAt === null ? null : lag,
    rowsPerSecond: recentRate(batches, Date.now()),
    ...{ holds, noAnswer: null },
    lastFailure: state === 'starting' ? await lastFailure(pipeline) : null,
  };
}

/** The status can't say it, because Temporal tells a workflow nothing of attempts that it repeats. */
async function lastFailure({ workflowId, workflow }: PipelineHandle): Promise<string | null> {
  const described = await explained(workflowId, () => workflow.describe());
  const [retry] = retriesOf(described);
  return retry === undefined ? null : retryText(retry);
}

function unasked({ workflowId, taskQueue, memo }: Found, noAnswer: string): OpenPipeline {
  const recorded = parsePipelineMemo(memo?.[MEMO_NAME]);
  return {
    ...{ workflowId, taskQueue, detail: null, lag: null, rowsPerSecond: null, noAnswer },
    lastFailure: null,
    state: recorded?.state ?? null,
    topic: recorded?.topic ?? null,
    groupId: recorded?.groupId ?? null,
    table: recorded?.table ?? null,
    holds: recorded?.holds ?? {},
  };
}

/** Rows per second in the last minute, or since the first known batch began if that is less. `batches` has the newest last. */
export function recentRate(batches: readonly BatchSummary[], nowMs: number): number {
  const [first] = batches;
  if (first === undefined) return 0;
  const beganMs = Date.parse(first.at) - first.phases.totalMs;
  const sinceMs = Math.max(nowMs - RATE_MS, beganMs);
  const rows = batches
    .filter(({ at }) => Date.parse(at) > sinceMs)
    .reduce((sum, batch) => sum + batch.rows, 0);
  return Math.round((rows / Math.max(1, nowMs - sinceMs)) * 1_000);
}

/** Works on at most `limit` items at a time. Results are in the order of the items. */
async function sideBySide<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) {
      results[index] = await work(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  return results;
}

function rootMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : rootMessage(error.cause);
}
