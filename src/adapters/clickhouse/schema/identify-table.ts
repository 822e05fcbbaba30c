import { writtenName } from '../../../domain/table/table-name.js';
import type { TableDirectory } from '../../../domain/ports/table-directory.js';
import type { Server } from '../client/client.js';
import { findTable, tableId as idOf, type TableRow, tableVersion } from './find-table.js';
import { InsertFailed } from '../../../domain/insert-failures/insert-error.js';

/**
 * What all replicas of a table have in common and no other table has: its node in Keeper. The path alone is not enough,
 * because a table that is dropped and recreated may get the same one; the transaction that created the node is.
 */
export type ReplicatedId =
  | { readonly kind: 'found'; readonly id: string }
  | { readonly kind: 'none' }
  /** This user or this server does not show it. */
  | { readonly kind: 'hidden'; readonly why: string };

/** The only one whose nodes `system.zookeeper` shows without being asked for another. */
const MAIN_KEEPER = 'default';

/** `ACCESS_DENIED`, `UNKNOWN_IDENTIFIER`, `UNKNOWN_TABLE`: asking again does not help. */
const NEVER = [497, 47, 60];

/** One question for each batch; Keeper is asked only where it is needed. */
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
      // It was only asked so that a later fail-over is understood; the insert itself says what Keeper lacks.
      if (isSame) return present;
      throw error;
    }
  };
}

/** Fails like any query where Keeper does not answer. */
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
    return { kind: 'hidden', why: `it is kept in the auxiliary Keeper ${keeper}` };
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
