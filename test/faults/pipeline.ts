import type { Client, WorkflowHandle } from '@temporalio/client';
import { WORKFLOW_TASK_TIMEOUT_MS } from '../../src/domain/limits.js';
import type { Hold, HoldReason } from '../../src/domain/holds/hold.js';
import type { PipelineStatus } from '../../src/domain/pipeline/pipeline-status.js';
import type { PipelineResult } from '../../src/domain/pipeline/result.js';
import type { ResolveHoldInput } from '../../src/domain/pipeline/messages.js';
import type { PipelineInput } from '../../src/domain/pipeline/settings.js';
import { waitUntil } from '../support/wait-until.js';

/** A pipeline as its user sees it. */
export interface Pipeline {
  readonly workflowId: string;
  readonly handle: WorkflowHandle;
  status(): Promise<PipelineStatus>;
  signal(name: 'pause' | 'resume' | 'stop', input?: unknown): Promise<void>;
  /** Waits until partitions are held for this reason, and returns their holds. */
  held(reason: HoldReason): Promise<readonly Hold[]>;
  resolveHold(input: ResolveHoldInput): Promise<void>;
  /** Stops it, and returns its totals. */
  stop(): Promise<PipelineResult>;
}

export async function startPipeline(
  client: Client,
  start: {
    readonly workflowId: string;
    readonly taskQueue: string;
    readonly input: PipelineInput | undefined;
  },
): Promise<Pipeline> {
  const { workflowId, taskQueue, input } = start;
  const args = input === undefined ? [] : [input];
  // As the README starts it.
  const workflowTaskTimeout = WORKFLOW_TASK_TIMEOUT_MS;
  await client.workflow.start('pipeline', { workflowId, taskQueue, args, workflowTaskTimeout });
  // Without a run id, so that it follows the workflow from run to run.
  const handle = client.workflow.getHandle(workflowId);
  const status = () => handle.query<PipelineStatus>('status');
  return {
    workflowId,
    handle,
    status,
    signal: (name, input) => handle.signal(name, input),
    async held(reason) {
      const found = async () => (await status()).holds.filter((hold) => hold.reason === reason);
      await waitUntil(async () => (await found()).length > 0, {
        what: `a partition is held: ${reason}`,
      });
      return found();
    },
    async resolveHold(input) {
      await handle.executeUpdate('resolveHold', { args: [input] });
    },
    async stop() {
      await handle.signal('stop', { reason: 'the case is over' });
      return (await handle.result()) as PipelineResult;
    },
  };
}

/** Whether all of them report that nothing is left to do. */
export async function sayDone(pipelines: readonly Pipeline[]): Promise<boolean> {
  const answers = pipelines.map(({ status }) => status().catch(() => null));
  return (await Promise.all(answers)).every(
    (status) =>
      status !== null &&
      status.lag === 0 &&
      status.holds.length === 0 &&
      status.inHand.every(({ what }) => !what.startsWith('batch')),
  );
}
