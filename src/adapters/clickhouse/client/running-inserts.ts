import { InsertFailed } from '../../../domain/insert-failures/insert-error.js';
import type { InsertId, RunningInserts } from '../../../domain/ports/event-table.js';
import { lanePrefix, pipelinePrefix, queryId, runPrefix } from './query-id.js';
import type { HostServer, Server } from './client.js';

/**
 * Inserts of a pipeline that still run, on every host: of its earlier runs, and of this lane, but for the one that asks.
 * Other lanes of the run own other partitions. A server shows the queries of its own node and, without SHOW PROCESSES, of
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
    // A right that is missing does not come back by itself: that is for a person to hear.
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
