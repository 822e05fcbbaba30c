import { writtenName } from '../../../domain/table/table-name.js';
import type { TableDirectory } from '../../../domain/ports/table-directory.js';
import type { Server } from '../client/client.js';
import { findTable, tableId as idOf, type TableRow, tableVersion } from './find-table.js';
import { InsertFailed } from '../../../domain/insert-failures/insert-error.js';

/**
 * Identifies the table that replicas belong to, by its node in Keeper. The path of the node is not enough, because a table that
 * is dropped and recreated may get the same path. So the id also names the transaction that created the node.
 */
export type ReplicatedId =
  | { readonly kind: 'found'; readonly id: string }
  | { readonly kind: 'none' }
  /** This user may not see it, or this server does not show it. */
  | { readonly kind: 'hidden'; readonly why: string };

/** The only Keeper whose nodes `system.zookeeper` shows by default. */
const MAIN_KEEPER = 'default';

/** `ACCESS_DENIED`, `UNKNOWN_IDENTIFIER`, `UNKNOWN_TABLE`: asking again does not help. */
const NEVER = [497, 47, 60];

/** Takes one query per batch, and asks Keeper only if necessary. */
export function createTableIdentifier(
  server: Server,
  hidden: Set<string>,
): TableDirectory['identify'] {
  return async (table, known) => {
    const row = await findTable(server, table);
    if (row === null) return null;
    const tableId = idOf(row);
    const present = { tableId, version: tableVersion(row) };
    const isSame = tableId === known.tableId;
    if (isSame && (known.replicatedId !== undefined || hidden.has(writtenName(table))))
      return present;
    try {
      const replicated = await findReplicatedId(server, row);
      if (replicated.kind === 'hidden') hidden.add(writtenName(table));
      return { ...present, ...(replicated.kind === 'found' && { replicatedId: replicated.id }) };
    } catch (error) {
      // The id only helps to recognise a later failover. If Keeper has a problem, the insert itself reports it.
      if (isSame) return present;
      throw error;
    }
  };
}

/** Fails like any query if Keeper does not answer. */
export async function findReplicatedId(
  server: Server,
  { database, name, engine }: Pick<TableRow, 'database' | 'name' | 'engine'>,
): Promise<ReplicatedId> {
  if (!engine.startsWith('Replicated')) return { kind: 'none' };
  try {
    return await askForId(server, { database, table: name });
  } catch (error) {
    if (!(error instanceof InsertFailed) || !NEVER.includes(error.error.code ?? 0)) throw error;
    return { kind: 'hidden', why: error.message };
  }
}

async function askForId(
  server: Server,
  table: { readonly database: string; readonly table: string },
): Promise<ReplicatedId> {
  const [replica] = await server.rows<{ zookeeper_name: string; zookeeper_path: string }>({
    sql:
      'SELECT zookeeper_name, zookeeper_path FROM system.replicas ' +
      'WHERE database = {database:String} AND table = {table:String}',
    parameters: table,
  });
  if (replica === undefined) return { kind: 'hidden', why: 'system.replicas does not list it' };
  const { zookeeper_name: keeper, zookeeper_path: path } = replica;
  if (keeper !== MAIN_KEEPER) {
    return { kind: 'hidden', why: `it is stored in the auxiliary Keeper ${keeper}` };
  }
  const cut = path.lastIndexOf('/');
  const [node] = await server.rows<{ czxid: string }>({
    sql:
      'SELECT toString(czxid) AS czxid FROM system.zookeeper ' +
      'WHERE path = {parent:String} AND name = {node:String}',
    parameters: { parent: cut > 0 ? path.slice(0, cut) : '/', node: path.slice(cut + 1) },
  });
  if (node === undefined) return { kind: 'hidden', why: `Keeper has no node ${path}` };
  return { kind: 'found', id: `${path}@${node.czxid}` };
}
