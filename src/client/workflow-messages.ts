import type { Client, WorkflowHandle } from '@temporalio/client';
import { explained } from './client-error.js';

/** A worker answers a query in milliseconds. One that is busy with large histories needs seconds. */
const QUERY_MS = 10_000;

/** An update waits for a worker to accept it. */
const UPDATE_MS = 30_000;

/** The messages to one workflow. Every failure is a `ClientError`. */
export interface WorkflowMessages {
  readonly signal: (name: string, input?: unknown) => Promise<void>;
  readonly query: <Answer>(name: string) => Promise<Answer>;
  readonly update: <Answer>(name: string, input: unknown) => Promise<Answer>;
  /** Waits until the workflow ends. `signal` aborts the wait, not the workflow. */
  readonly result: <Result>(signal?: AbortSignal) => Promise<Result>;
  /** The task queue on which the workflow runs. */
  readonly taskQueue: () => Promise<string>;
}

export function createWorkflowMessages(client: Client, handle: WorkflowHandle): WorkflowMessages {
  const within = <T>(limitMs: number, request: () => Promise<T>): Promise<T> =>
    explained(handle.workflowId, () => client.withDeadline(Date.now() + limitMs, request));
  return {
    signal: (name, input) =>
      within(QUERY_MS, () =>
        input === undefined ? handle.signal(name) : handle.signal(name, input),
      ),
    query: (name) => within(QUERY_MS, () => handle.query(name)),
    update: (name, input) => within(UPDATE_MS, () => handle.executeUpdate(name, { args: [input] })),
    async result<Result>(ended?: AbortSignal) {
      const wait = () => explained(handle.workflowId, () => handle.result());
      return (await (ended ? client.withAbortSignal(ended, wait) : wait())) as Result;
    },
    async taskQueue() {
      return (await within(QUERY_MS, () => handle.describe())).taskQueue;
    },
  };
}
