import type { InsertId } from '../../../domain/ports/event-table.js';

/** What an insert brings: rows, or the dead letters of the same block. */
export type InsertContent = 'rows' | 'dead-letters';

/**
 * The name of an insert on the server, for example `millrace/stream-events/0199a1c2/0/42/1/1/1`. A workflow id is
 * percent-encoded, so that it holds no slash and no id is the beginning of another. Frozen: workers of two releases
 * must recognise each other's inserts.
 */
export function queryId(id: InsertId, content: InsertContent = 'rows'): string {
  const { runId, lane, batch, block, attempt, send } = id;
  const parts = [encode(runId), lane, batch, block, attempt, send];
  return `${pipelinePrefix(id.workflowId)}${parts.join('/')}${content === 'rows' ? '' : '/d'}`;
}

/** What the names of all inserts of one workflow id begin with, and of no other. */
export function pipelinePrefix(workflowId: string): string {
  return `millrace/${encode(workflowId)}/`;
}

/** What the names of all inserts of one lane of one run begin with. */
export function lanePrefix({ workflowId, runId, lane }: InsertId): string {
  return `${runPrefix(workflowId, runId)}${lane}/`;
}

/** What the names of all inserts of one run begin with. */
export function runPrefix(workflowId: string, runId: string): string {
  return `${pipelinePrefix(workflowId)}${encode(runId)}/`;
}

function encode(text: string): string {
  return encodeURIComponent(text);
}
