import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowExecutionInfo,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { MEMO_NAME, parsePipelineMemo } from '../../domain/pipeline/pipeline-memo.js';
import type { RunningPipeline } from '../../domain/pipeline/side-by-side.js';
import type {
  HeldClaim,
  PipelineMessages,
  StartClaim,
  WorkflowLookUp,
} from '../../domain/ports/workflows.js';
import { INSERT_WAITS_SIGNAL, LOG_SEEN_SIGNAL } from '../../domain/pipeline/messages.js';
import { WORKFLOW_TASK_TIMEOUT_MS } from '../../domain/limits.js';
import { setTimeout as sleep } from 'node:timers/promises';

/** Starts `work` when all work before it has ended. */
type Turns = <T>(work: () => Promise<T>) => Promise<T>;

const RUNS_LOOKED_AT = 3;

/** How long a run counts as just ended: several heartbeat timeouts, and what clocks may differ by. */
const JUST_MS = 30_000;

/** Visibility is late by seconds at most, unless it is broken. */
const MOMENT_MS = 5 * 60_000;

/** Far more than one Temporal namespace should hold. */
const MAX_PIPELINES = 1_000;

/** Callers are about to write, so a Temporal server that does not answer soon counts as unreachable. */
const ANSWER_MS = 5_000;

/**
 * Between two questions to visibility, in milliseconds. Temporal allows a namespace ten of them a second
 * (`frontend.namespaceRPS.visibility`), and answers few at a time if SQLite stores visibility.
 */
const VISIBILITY_PAUSE_MS = 100;

const SIGNAL_MS = 5_000;

/** The name of the claim's memo. Frozen. */
const CLAIM_MEMO = 'millrace-start';

/** Looks up workflows in Temporal. A workflow that Temporal does not know is not running. */
export function createWorkflowLookUp(client: Client): WorkflowLookUp {
  const describe = async (workflowId: string, runId?: string) => {
    try {
      return await client.withDeadline(Date.now() + ANSWER_MS, () =>
        client.workflow.getHandle(workflowId, runId).describe(),
      );
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  };
  // Hundreds of pipelines that start together all ask this, and again until they are listed.
  const turns = takeTurns(VISIBILITY_PAUSE_MS);
  const listedPipelines = shareQuestion(
    () => client.withDeadline(Date.now() + ANSWER_MS, () => listPipelines(client)),
    turns,
  );
  return {
    async isRunning(workflowId) {
      return isOpen((await describe(workflowId))?.status.name);
    },
    listedPipelines,
    async currentPipeline(workflowId) {
      const found = await describe(workflowId);
      if (found === null || !isOpen(found.status.name)) return null;
      return { settings: settingsOf(found) };
    },
    async endedMs({ workflowId, runId }) {
      const found = await describe(workflowId, runId);
      if (found === null) return 0;
      return isOpen(found.status.name) ? null : (found.closeTime?.getTime() ?? 0);
    },
    tryClaim: (name, claim) =>
      client.withDeadline(Date.now() + ANSWER_MS, () => tryClaim(client, name, claim)),
    hasJustEnded: (workflowId, { exceptRunId }) =>
      turns(() =>
        client.withDeadline(Date.now() + ANSWER_MS, () =>
          hasJustEnded(client, workflowId, exceptRunId),
        ),
      ),
    async isCurrentAttempt({ workflowId, runId, activityId, attempt }) {
      const pending = (await describe(workflowId, runId))?.raw.pendingActivities ?? [];
      return pending.some((each) => each.activityId === activityId && each.attempt === attempt);
    },
  };
}

async function hasJustEnded(
  client: Client,
  workflowId: string,
  exceptRunId: string,
): Promise<boolean> {
  const query = `WorkflowId = "${workflowId.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  for await (const { runId, closeTime } of client.workflow.list({
    query,
    pageSize: RUNS_LOOKED_AT,
  })) {
    if (runId === exceptRunId) continue;
    // Newest first. A run that visibility still shows as open has ended, or this one could not have started.
    return closeTime === undefined || Date.now() - closeTime.getTime() < JUST_MS;
  }
  return false;
}

function isOpen(status: string | undefined): boolean {
  return status === 'RUNNING' || status === 'PAUSED';
}

/**
 * A run that continued as new or was reset is open under another run id, which visibility may not list yet. (`CloseTime IS NULL`
 * also matches paused runs, and servers that don't know that status accept it.)
 */
async function listPipelines(client: Client): Promise<readonly RunningPipeline[]> {
  const found: RunningPipeline[] = [];
  const since = new Date(Date.now() - MOMENT_MS).toISOString();
  const query = `WorkflowType = "pipeline" AND (CloseTime IS NULL OR (ExecutionStatus IN ("ContinuedAsNew", "Terminated") AND CloseTime > "${since}"))`;
  for await (const listed of client.workflow.list({ query })) {
    const settings = settingsOf(listed);
    if (settings === null) continue;
    if (found.length >= MAX_PIPELINES) {
      throw new Error(
        `more than ${MAX_PIPELINES} pipelines run in this namespace, which is more than Millrace checks: use several namespaces`,
      );
    }
    found.push(settings);
  }
  return found;
}

function settingsOf(
  run: Pick<WorkflowExecutionInfo, 'workflowId' | 'taskQueue' | 'memo'>,
): RunningPipeline | null {
  const memo = parsePipelineMemo(run.memo?.[MEMO_NAME]);
  return memo && { workflowId: run.workflowId, taskQueue: run.taskQueue, ...memo };
}

export function createPipelineMessages(client: Client): PipelineMessages {
  const signal = (workflowId: string, name: string, argument: unknown) =>
    client.withDeadline(Date.now() + SIGNAL_MS, () =>
      client.workflow.getHandle(workflowId).signal(name, argument),
    );
  return {
    logSeen: (workflowId, seen) => signal(workflowId, LOG_SEEN_SIGNAL, seen),
    insertWaits: (workflowId, waits) => signal(workflowId, INSERT_WAITS_SIGNAL, waits),
  };
}

/** Only one open run in a namespace can have a workflow id, so the pipeline that starts it has the claim. */
async function tryClaim(
  client: Client,
  name: string,
  claim: StartClaim,
): Promise<HeldClaim | null> {
  try {
    await client.workflow.start('startClaim', {
      ...{ workflowId: name, taskQueue: claim.taskQueue, args: [claim] },
      workflowIdConflictPolicy: 'FAIL',
      workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
      memo: { [CLAIM_MEMO]: claim },
      staticSummary:
        'prevents a second pipeline of this topic and table from starting at the same time',
    });
    return null;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  const handle = client.workflow.getHandle(name);
  const { runId, memo } = await handle.describe();
  return {
    by: (memo?.[CLAIM_MEMO] as StartClaim | undefined) ?? null,
    async end() {
      try {
        await client.workflow.getHandle(name, runId).terminate('its pipeline has ended');
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    },
  };
}

/** One piece of work at a time, with at least `pauseMs` between the starts of two. */
export function takeTurns(pauseMs: number): Turns {
  let last: Promise<unknown> = Promise.resolve();
  let freeAtMs = -Infinity;
  return (work) => {
    const before = last;
    const turn = (async () => {
      await before.catch(() => undefined);
      // A timer may end a millisecond early.
      while (performance.now() < freeAtMs) await sleep(Math.ceil(freeAtMs - performance.now()));
      freeAtMs = performance.now() + pauseMs;
      return work();
    })();
    last = turn;
    return turn;
  };
}

/**
 * Shares one request between callers that ask at about the same time. A caller always gets the answer to a request that was sent
 * after its call, never an older one.
 */
export function shareQuestion<T>(ask: () => Promise<T>, turns: Turns): () => Promise<T> {
  let next: Promise<T> | null = null;
  return () =>
    (next ??= turns(() => {
      next = null;
      return ask();
    }));
}
