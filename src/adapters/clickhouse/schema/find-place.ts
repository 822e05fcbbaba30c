import type { TableDescription } from '../../../domain/table/description.js';
import { isAccessDenied } from '../client/access-denied.js';
import type { Server } from '../client/client.js';
import { ONE_SERVER, type Place } from './create-statements.js';

export interface FoundPlace extends Place {
  /** False if this user may not see the clusters of the server. */
  readonly isKnown: boolean;
  /** False if the server does not show the database to this user. */
  readonly hasDatabase: boolean;
}

/**
 * Finds out where new tables of a database belong. On a cluster, a table created on one node is missing on the others, and only
 * the operator knows which engine and path it needs. Clusters of loopback addresses are examples in a stock configuration, and
 * don't count. Existing tables may reveal a cluster that the server does not list.
 */
export async function findPlace(
  server: Server,
  database: string,
  tables: readonly TableDescription[] = [],
): Promise<FoundPlace> {
  const replicated = tables.some(isOnCluster);
  const engine = await engineOf(server, database);
  const hasDatabase = engine !== null || tables.length > 0;
  try {
    const found = await askForPlace(server, engine);
    return { ...found, replicated: found.replicated || replicated, isKnown: true, hasDatabase };
  } catch (error) {
    if (!isAccessDenied(error)) throw error;
    return { ...ONE_SERVER, replicated, isKnown: false, hasDatabase };
  }
}

/** Whether the rows of a table are also on other nodes, or only there. */
export function isOnCluster({ engine }: Pick<TableDescription, 'engine'>): boolean {
  return /^(Replicated|Shared|Distributed$)/.test(engine);
}

/** The engine of the database; null if the server does not show it to this user. */
async function engineOf(server: Server, database: string): Promise<string | null> {
  const [found] = await server.rows<{ engine: string }>({
    sql: 'SELECT engine FROM system.databases WHERE name = {database:String}',
    parameters: { database },
  });
  return found?.engine ?? null;
}

async function askForPlace(server: Server, engine: string | null): Promise<Place> {
  if (/^(Replicated|Shared)$/.test(engine ?? '')) return { replicated: true, cluster: null };
  const [cluster] = await server.rows<{ cluster: string }>({
    sql:
      'SELECT cluster FROM system.clusters GROUP BY cluster ' +
      "HAVING max(is_local) AND uniqExactIf(host_address, NOT startsWith(host_address, '127.') AND host_address != '::1') > 1 " +
      'ORDER BY count() DESC, cluster LIMIT 1',
  });
  return { replicated: cluster !== undefined, cluster: cluster?.cluster ?? null };
}
