import type { InsertId } from '../../../domain/ports.js';
import { lanePrefix, pipelinePrefix, queryId, runPrefix } from './query-id.js';
import type { Server } from './server.js';

/**
 * Inserts of a pipeline that still run: of its earlier runs, and of this lane, but for the very one that asks. Other lanes
 * of the run own other partitions. A server shows the queries of its own node and, without SHOW PROCESSES, of this user.
 */
export async function runningInserts(server: Server, self: InsertId): Promise<readonly string[]> {
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
