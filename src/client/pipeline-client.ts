import type { Client, WorkflowHandle } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
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

/** A handle to the pipeline with one workflow id, running or ended. Every method throws `ClientError` if it fails. */
export interface PipelineHandle {
  readonly workflowId: string;
  /** Temporal's own handle, for example to describe, cancel or terminate the workflow. */
  readonly workflow: WorkflowHandle;
  /** State, lag, totals, holds and warnings. Also answers after the pipeline has ended, as long as a worker runs. */
  status(): Promise<PipelineStatus>;
  /** The last 50 batches. */
  batches(): Promise<readonly BatchSummary[]>;
  /** Resolves once the pipeline knows its settings and moves records. Rejects if the start was refused. */
  started(): Promise<PipelineStatus>;
  /** Stops planning batches. Running batches finish; all other records stay in Kafka. */
  pause(reason?: string): Promise<void>;
  resume(): Promise<void>;
  /** Lets running batches finish, then completes the workflow. `result()` waits for that and returns the totals. */
  stop(reason?: string): Promise<void>;
  /** Changes settings of the running pipeline. Returns all settings after the change. */
  configure(change: ConfigureInput): Promise<PipelineSettings>;
  /** Decides about held partitions. Returns a sentence that describes the decision. */
  resolveHold(decision: ResolveHoldInput): Promise<string>;
  /** Waits for the pipeline to complete and returns its totals. An endless pipeline completes when it is stopped. */
  result(): Promise<PipelineResult>;
  /** Starts a comparison of the topic with the table. Names that the input leaves out are those of this pipeline. */
  verify(input?: VerifyInput, options?: Partial<StartOptions>): Promise<VerifyHandle>;
  /** Starts a redrive of this pipeline's dead letters. It is a dry run unless the input says `dryRun: false`. */
  redrive(input?: RedriveInput, options?: Partial<StartOptions>): Promise<RedriveHandle>;
}

/**
 * Starts a pipeline. Names that the input leaves out come from the worker's environment. Resolves once Temporal has recorded
 * the start. `started()` waits until the pipeline has accepted or refused its input.
 */
export async function startPipeline(
  client: Client,
  input: PipelineInput,
  options: StartOptions,
): Promise<PipelineHandle> {
  const type = WORKFLOW_TYPES.pipeline;
  return pipelineHandle(client, await startWorkflow(client, { ...options, type, input }));
}

/** Returns a handle to the pipeline with this workflow id. Sends no request to Temporal. */
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
    const message = `pipeline ${workflowId} does not know its topic and table yet: wait for started(), or call startVerify or startRedrive and name the topic and the table`;
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

/** Watches the result as well as the status: a refused start fails the workflow, perhaps long before a worker answers a query. */
async function startedStatus(
  status: () => Promise<PipelineStatus>,
  result: (signal: AbortSignal) => Promise<unknown>,
): Promise<PipelineStatus> {
  const waiting = new AbortController();
  // Temporal's client adds a listener for each long poll, and Node warns about more than ten.
  setMaxListeners(0, waiting.signal);
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
