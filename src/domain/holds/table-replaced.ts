import type { HoldKind } from './hold.js';
import { type TableName, writtenName } from '../table/table-name.js';
import type { TableIdentity } from '../table/identity.js';

export const tableReplaced: HoldKind = {
  meaning:
    'the table is another one: its UUID differs and, where it is replicated, so does its node in Keeper; or the server is another one',
  choices: [
    { action: 'continue', meaning: 'Use the new table and continue from the next offset' },
    {
      action: 'skipTo',
      meaning: 'Fill the new table again with all that the log still has, or from another offset',
    },
    { action: 'retry', meaning: 'The old table is back: check again' },
  ],
};

/** Why a batch is held before a table that is not the one of its plan. */
export function tableRecreated(
  table: TableName,
  known: TableIdentity,
  found: TableIdentity,
): string {
  const name = writtenName(table);
  const ids = `id ${written(found)}, before ${written(known)}`;
  return `Table ${name} was recreated, or the server is another one (${ids}): rows written before are not in it.${maybeReplica(known, found)}`;
}

function written({ tableId, replicatedId }: TableIdentity): string {
  return replicatedId === undefined ? tableId : `${tableId} at ${replicatedId} in Keeper`;
}

/** Replicas that were created one by one have UUIDs of their own: without Keeper's node nobody can tell. */
function maybeReplica(known: TableIdentity, found: TableIdentity): string {
  if (known.replicatedId !== undefined || found.replicatedId === undefined) return '';
  return ' If this is another replica of the same table, they are: then answer with "continue".';
}
