import type { Server } from '../server/server.js';
import type { Place } from './create-statements.js';

/**
 * Where new tables of a database belong. On a cluster a table made on one node is missing on the others, and which engine
 * and path it needs is the operator's to know. Addresses of this machine are examples of a stock configuration.
 */
export async function findPlace(server: Server, database: string): Promise<Place> {
  const [found] = await server.rows<{ engine: string }>({
    sql: 'SELECT engine FROM system.databases WHERE name = {database:String}',
    parameters: { database },
  });
  if (/^(Replicated|Shared)$/.test(found?.engine ?? '')) return { replicated: true, cluster: null };
  const [cluster] = await server.rows<{ cluster: string }>({
    sql:
      'SELECT cluster FROM system.clusters GROUP BY cluster ' +
      "HAVING max(is_local) AND uniqExactIf(host_address, NOT startsWith(host_address, '127.') AND host_address != '::1') > 1 " +
      'ORDER BY count() DESC, cluster LIMIT 1',
  });
  return { replicated: cluster !== undefined, cluster: cluster?.cluster ?? null };
}
