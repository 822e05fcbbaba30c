import type { HoldKind } from './hold.js';
import { type TableName, writtenName } from '../table/table-name.js';
import type { TableIdentity } from '../table/identity.js';

export const tableReplaced: HoldKind = {
  meaning:
    'another table has the name: its UUID differs, and if it is replicated, its node in Keeper differs too; or the server is another one',
  choices: [
    { action: 'continue', meaning: 'Use the new table and continue from the next offset' },
    {
      action: 'skipTo',
      meaning: 'Fill the new table again from the start of the log, or from another offset',
    },
    { action: 'retry', meaning: 'The old table is back: check again' },
  ],
};

/** Why a batch is held when the table is not the one in its plan. */
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

/** Replicas that were created separately have different UUIDs. Without Keeper's node, nobody can tell them from other tables. */
function maybeReplica(known: TableIdentity, found: TableIdentity): string {
  if (known.replicatedId !== undefined || found.replicatedId === undefined) return '';
  return ' If this is another replica of the same table, they are in it: answer with "continue".';
}
