import { InsertFailed } from '../../../domain/insert-failures/insert-error.js';
import type { TableDescription } from '../../../domain/table/description.js';
import type { Server } from '../client/client.js';
import { ONE_SERVER, type Place } from './create-statements.js';

const ACCESS_DENIED = 497;

export interface FoundPlace extends Place {
  /** False where this user may not see the clusters of the server. */
  readonly isKnown: boolean;
}

/**
 * Where new tables of a database belong. On a cluster a table made on one node is missing on the others, and which engine
 * and path it needs is the operator's to know. Addresses of this machine are examples of a stock configuration. Tables
 * that are there may show more than the server's list of clusters.
 */
export async function findPlace(
  server: Server,
  database: string,
  tables: readonly TableDescription[] = [],
): Promise<FoundPlace> {
  const replicated = tables.some(isOnCluster);
  try {
    const found = await askForPlace(server, database);
    return { ...found, replicated: found.replicated || replicated, isKnown: true };
  } catch (error) {
    if (!(error instanceof InsertFailed) || error.error.code !== ACCESS_DENIED) throw error;
    return { ...ONE_SERVER, replicated, isKnown: false };
  }
}

/** Its rows are on other nodes as well, or on other nodes only. */
export function isOnCluster({ engine }: Pick<TableDescription, 'engine'>): boolean {
  return /^(Replicated|Shared|Distributed$)/.test(engine);
}

async function askForPlace(server: Server, database: string): Promise<Place> {
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
