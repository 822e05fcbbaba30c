import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import type { VerifyInput, VerifyReport } from '../../src/domain/verify/public-types.js';
import type { RedriveInput, RedriveReport } from '../../src/domain/redrive/public-types.js';
import type { PipelineWorld } from './pipeline-world.js';

/** Starts a workflow of this world, as a user does. */
export function startWorkflow(
  world: PipelineWorld,
  type: 'verify' | 'redrive',
  input?: VerifyInput | RedriveInput,
): Promise<WorkflowHandle> {
  return world.client.workflow.start(type, {
    workflowId: `${world.workflowId}-${type}-${randomUUID().slice(0, 8)}`,
    taskQueue: world.environment['MILLRACE_TASK_QUEUE'] ?? '',
    args: input === undefined ? [] : [input],
  });
}

export async function verified(world: PipelineWorld, input?: VerifyInput): Promise<VerifyReport> {
  return (await (await startWorkflow(world, 'verify', input)).result()) as VerifyReport;
}

export async function redriven(world: PipelineWorld, input?: RedriveInput): Promise<RedriveReport> {
  return (await (await startWorkflow(world, 'redrive', input)).result()) as RedriveReport;
}

/** Why a run failed, as the user reads it. */
export async function failureOf(result: Promise<unknown>): Promise<string> {
  const error = await result.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof WorkflowFailedError)) throw error as Error;
  return error.cause?.message ?? '';
}
