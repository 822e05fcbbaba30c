import type { Client, WorkflowHandle } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { MESSAGE_NAMES, WORKFLOW_TYPES } from '../domain/pipeline/message-names.js';
import type { PipelineStatus } from '../domain/pipeline/pipeline-status.js';
import type { PipelineResult } from '../domain/pipeline/result.js';
import type { BatchSummary } from '../domain/pipeline/batch-summary.js';
import type { ConfigureInput, ResolveHoldInput } from '../domain/pipeline/messages.js';
import type { PipelineInput, PipelineSettings } from '../domain/pipeline/settings.js';
import type { RedriveInput } from '../domain/redrive/public-types.js';
import type { VerifyInput } from '../domain/verify/public-types.js';
import { ClientError, nullIf } from './client-error.js';
import { routeIn, routeWithoutGroup } from './pipeline-route.js';
import { type RedriveHandle, startRedrive } from './redrive-client.js';
import { type StartOptions, startWorkflow } from './start-workflow.js';
import { startVerify, type VerifyHandle } from './verify-client.js';
import { createWorkflowMessages } from './workflow-messages.js';

const READY_POLL_MS = 500;

/** A pipeline that runs, or ran, under one workflow id. Every method throws `ClientError`. */
export interface PipelineHandle {
  readonly workflowId: string;
  /** Temporal's own handle: describe, cancel, terminate. */
  readonly workflow: WorkflowHandle;
  /** State, lag, totals, holds and warnings. Answers after the end as well, while a worker runs. */
  status(): Promise<PipelineStatus>;
  /** The last 50 batches. */
  batches(): Promise<readonly BatchSummary[]>;
  /** Resolves once the pipeline knows its settings and moves records; rejects where the start was refused. */
  started(): Promise<PipelineStatus>;
  /** Stops planning. Batches that run finish; records stay in Kafka. */
  pause(reason?: string): Promise<void>;
  resume(): Promise<void>;
  /** Lets running batches finish, then completes with totals: `result()` waits for that. */
  stop(reason?: string): Promise<void>;
  /** Changes settings of the running pipeline; gives all settings as they are from then on. */
  configure(change: ConfigureInput): Promise<PipelineSettings>;
  /** Decides about held partitions; gives a sentence that says what was decided. */
  resolveHold(decision: ResolveHoldInput): Promise<string>;
  /** Totals, once the pipeline has completed. An endless pipeline completes when it is stopped. */
  result(): Promise<PipelineResult>;
  /** Compares the topic with the table. Names that the input leaves out are those of this pipeline. */
  verify(input?: VerifyInput, options?: Partial<StartOptions>): Promise<VerifyHandle>;
  /** Tries dead letters of this pipeline's table again: a dry run unless the input says `dryRun: false`. */
  redrive(input?: RedriveInput, options?: Partial<StartOptions>): Promise<RedriveHandle>;
}

/**
 * Starts a pipeline. Names that the input leaves out come from the worker's environment. Resolves once Temporal has recorded
 * the start: `started()` tells whether the pipeline accepted its input.
 */
export async function startPipeline(
  client: Client,
  input: PipelineInput,
  options: StartOptions,
): Promise<PipelineHandle> {
  const type = WORKFLOW_TYPES.pipeline;
  return pipelineHandle(client, await startWorkflow(client, { ...options, type, input }));
}

/** The pipeline that was started under this id. Asks nothing of Temporal. */
export function getPipeline(client: Client, workflowId: string): PipelineHandle {
  return pipelineHandle(client, client.workflow.getHandle(workflowId));
}

function pipelineHandle(client: Client, workflow: WorkflowHandle): PipelineHandle {
  const { workflowId } = workflow;
  const { query, signal, update, result, taskQueue } = createWorkflowMessages(client, workflow);
  const status = () => query<PipelineStatus>(MESSAGE_NAMES.status);

  const settings = async (): Promise<PipelineSettings> => {
    const known = (await status()).settings;
    if (known !== null) return known;
    const message = `pipeline ${workflowId} does not know its topic and table yet: wait for started(), or use startVerify and startRedrive and name them`;
    throw new ClientError('refused', message, { workflowId });
  };
  const optionsOf = async (type: string, options: Partial<StartOptions>) => ({
    workflowId: options.workflowId ?? `${type}-${workflowId}-${randomUUID().slice(0, 8)}`,
    taskQueue: options.taskQueue ?? (await taskQueue()),
  });

  return {
    workflowId,
    workflow,
    status,
    batches: () => query(MESSAGE_NAMES.batches),
    started: () => startedStatus(status, result),
    pause: (reason) => signal(MESSAGE_NAMES.pause, { reason }),
    resume: () => signal(MESSAGE_NAMES.resume),
    stop: (reason) => signal(MESSAGE_NAMES.stop, { reason }),
    configure: (change) => update(MESSAGE_NAMES.configure, change),
    resolveHold: (decision) => update(MESSAGE_NAMES.resolveHold, decision),
    result: () => result(),
    async verify(input = {}, options = {}) {
      const named = routeIn(await settings());
      const start = await optionsOf(WORKFLOW_TYPES.verify, options);
      return startVerify(client, { ...named, ...input }, start);
    },
    async redrive(input = {}, options = {}) {
      const named = routeWithoutGroup(await settings());
      const start = await optionsOf(WORKFLOW_TYPES.redrive, options);
      return startRedrive(client, { ...named, ...input }, start);
    },
  };
}

/** A start that is refused fails the workflow, which may be long before a worker answers a query. */
async function startedStatus(
  status: () => Promise<PipelineStatus>,
  result: (signal: AbortSignal) => Promise<unknown>,
): Promise<PipelineStatus> {
  const waiting = new AbortController();
  const ended = result(waiting.signal).then(status);
  ended.catch(() => undefined);
  try {
    for (;;) {
      // A worker that starts at the same time may take a while to answer.
      const now = await Promise.race([ended, status().catch(nullIf('no-answer'))]);
      if (now !== null && now.state !== 'starting') return now;
      await Promise.race([ended, sleep(READY_POLL_MS)]);
    }
  } finally {
    waiting.abort();
  }
}
