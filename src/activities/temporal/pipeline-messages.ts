import type { Client } from '@temporalio/client';
import { LOG_SEEN_SIGNAL } from '../../domain/pipeline/log-ends.js';
import type { PipelineMessages } from '../../domain/ports.js';

const ANSWER_MS = 5_000;

export function createPipelineMessages(client: Client): PipelineMessages {
  return {
    logSeen: (workflowId, seen) =>
      client.withDeadline(Date.now() + ANSWER_MS, () =>
        client.workflow.getHandle(workflowId).signal(LOG_SEEN_SIGNAL, seen),
      ),
  };
}
