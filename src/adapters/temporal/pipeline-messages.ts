import type { Client } from '@temporalio/client';
import { LOG_SEEN_SIGNAL } from '../../domain/planning/log-ends.js';
import { INSERT_WAITS_SIGNAL } from '../../domain/status/silent-insert.js';
import type { PipelineMessages } from '../../domain/ports/workflows.js';

const ANSWER_MS = 5_000;

export function createPipelineMessages(client: Client): PipelineMessages {
  const signal = (workflowId: string, name: string, argument: unknown) =>
    client.withDeadline(Date.now() + ANSWER_MS, () =>
      client.workflow.getHandle(workflowId).signal(name, argument),
    );
  return {
    logSeen: (workflowId, seen) => signal(workflowId, LOG_SEEN_SIGNAL, seen),
    insertWaits: (workflowId, waits) => signal(workflowId, INSERT_WAITS_SIGNAL, waits),
  };
}
