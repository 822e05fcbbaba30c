import { InsertFailed } from '../../../domain/insert-failures/insert-error.js';
import type { InsertId, RunningInserts } from '../../../domain/ports/event-table.js';
import type { HostServer, Server } from './client.js';

/** What an insert contains: rows, or the dead letters of the same block. */
type InsertContent = 'rows' | 'dead-letters';

/**
 * Finds inserts of a pipeline that still run on any host: those of its earlier runs and of this lane, except the caller's own.
 * Other lanes of the run own other partitions. A server only shows the queries of its own node and, without SHOW PROCESSES, of
 * this user.
 */
export async function runningInserts(server: Server, self: InsertId): Promise<RunningInserts> {
  const hosts = server.hosts();
  const [only] = hosts;
  if (hosts.length === 1 && only !== undefined) {
    return { names: await runningAt(only, self), unasked: [] };
  }
  const answers = await Promise.all(hosts.map((host) => askHost(host, self)));
  return {
    names: [...new Set(answers.flatMap(({ names }) => names))],
    unasked: answers.flatMap(({ unasked }) => unasked),
  };
}

async function askHost(host: HostServer, self: InsertId): Promise<RunningInserts> {
  const { address } = host;
  const why = await host.whyNot();
  if (why !== null) return { names: [], unasked: [{ address, why }] };
  try {
    return { names: await runningAt(host, self), unasked: [] };
  } catch (error) {
    // A missing grant does not come back by itself, so a person has to see the error.
    if (!(error instanceof InsertFailed) || error.error.kind === 'server') throw error;
    return { names: [], unasked: [{ address, why: error.message }] };
  }
}

async function runningAt(server: Server, self: InsertId): Promise<readonly string[]> {
  const running = await server.rows<{ query_id: string }>({
    sql: 'SELECT query_id FROM system.processes WHERE startsWith(query_id, {prefix:String}) ORDER BY query_id',
    parameters: { prefix: pipelinePrefix(self.workflowId) },
  });
  return running.map(({ query_id }) => query_id).filter((name) => isEarlier(name, self));
}

function isEarlier(name: string, self: InsertId): boolean {
  if (name === queryId(self) || name === queryId(self, 'dead-letters')) return false;
  return (
    name.startsWith(lanePrefix(self)) || !name.startsWith(runPrefix(self.workflowId, self.runId))
  );
}

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

/** The prefix of the names of all inserts of one workflow id, and of no others. */
export function pipelinePrefix(workflowId: string): string {
  return `millrace/${encode(workflowId)}/`;
}

/** The prefix of the names of all inserts of one lane of one run. */
function lanePrefix({ workflowId, runId, lane }: InsertId): string {
  return `${runPrefix(workflowId, runId)}${lane}/`;
}

/** The prefix of the names of all inserts of one run. */
function runPrefix(workflowId: string, runId: string): string {
  return `${pipelinePrefix(workflowId)}${encode(runId)}/`;
}

function encode(text: string): string {
  return encodeURIComponent(text);
}
