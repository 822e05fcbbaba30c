import { sqlName, type TableName } from '../../../domain/pipeline/table-name.js';
import type { Server, Settings } from '../server/server.js';
import { findTable } from './find-table.js';

/**
 * Lets a replica hear of every insert that was acknowledged before, also by other replicas, so that what a look doesn't
 * find isn't there. Resolves with the settings that the look needs for the same end.
 */
export async function syncReplica(server: Server, table: TableName): Promise<Settings> {
  const engine = (await findTable(server, table))?.engine ?? '';
  if (engine.startsWith('Replicated')) {
    await server.command({ sql: `SYSTEM SYNC REPLICA ${sqlName(table)} LIGHTWEIGHT` });
  }
  return engine.startsWith('Shared') ? { select_sequential_consistency: 1 } : {};
}
