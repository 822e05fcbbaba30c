import { InsertFailed } from '../../../domain/insert-failures/insert-error.js';
import { sqlName, type TableName, writtenName } from '../../../domain/table/table-name.js';
import { isAccessDenied } from '../client/access-denied.js';
import type { Server, Settings } from '../client/client.js';
import { findTable } from './find-table.js';

const SYNTAX_ERROR = 62;

/** Rows that a quorum has not confirmed may still be taken back, so they don't count as present. */
const CONFIRMED_ONLY: Settings = { select_sequential_consistency: 1 };

/**
 * Makes a replica learn about every insert that any replica has acknowledged before, so that rows that reconciling does not find
 * are not there. Resolves with settings that the queries need for the same purpose. The queries must go to the same host.
 */
export async function syncReplica(server: Server, table: TableName): Promise<Settings> {
  const engine = (await findTable(server, table))?.engine ?? '';
  if (engine.startsWith('Shared')) return CONFIRMED_ONLY;
  if (!engine.startsWith('Replicated')) return {};
  await sync(server, table);
  return (await insertsNeedQuorum(server)) ? CONFIRMED_ONLY : {};
}

async function sync(server: Server, table: TableName): Promise<void> {
  const sql = `SYSTEM SYNC REPLICA ${sqlName(table)}`;
  try {
    await server.command({ sql: `${sql} LIGHTWEIGHT` });
  } catch (error) {
    if (!(error instanceof InsertFailed)) throw error;
    if (isAccessDenied(error)) throw withGrant(error, table);
    // Servers before 23.4 only have the full sync, which also waits for merges.
    if (error.error.code !== SYNTAX_ERROR) throw error;
    await server.command({ sql });
  }
}

function withGrant({ error }: InsertFailed, table: TableName): InsertFailed {
  const message = `${error.message}; rows that another replica acknowledged are visible here only after a sync: GRANT SYSTEM SYNC REPLICA ON ${writtenName(table)} to this user`;
  return new InsertFailed({ ...error, message });
}

/** Whether inserts need a quorum by this user's profile. */
async function insertsNeedQuorum(server: Server): Promise<boolean> {
  const [quorum] = await server.rows<{ value: string }>({
    sql: "SELECT value FROM system.settings WHERE name = 'insert_quorum'",
  });
  return !['0', '1', undefined].includes(quorum?.value);
}
