import { InsertFailed } from '../../../domain/insert-failures/insert-error.js';
import type { Server } from '../client/client.js';
import type { TableRow } from './find-table.js';

/** The only one whose nodes `system.zookeeper` shows without being asked for another. */
const MAIN_KEEPER = 'default';

/** `ACCESS_DENIED`, `UNKNOWN_IDENTIFIER`, `UNKNOWN_TABLE`: asking again does not help. */
const NEVER = [497, 47, 60];

/**
 * What all replicas of a table have in common and no other table has: its node in Keeper. The path alone is not enough,
 * because a table that is dropped and recreated may get the same one; the transaction that created the node is.
 */
export type ReplicatedId =
  | { readonly kind: 'found'; readonly id: string }
  | { readonly kind: 'none' }
  /** This user or this server does not show it. */
  | { readonly kind: 'hidden'; readonly why: string };

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
