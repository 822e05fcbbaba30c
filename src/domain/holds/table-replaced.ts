import type { HoldKind } from './hold.js';
import { type TableName, writtenName } from '../table/table-name.js';
import type { TableIdentity } from '../table/identity.js';

export const tableReplaced: HoldKind = {
  meaning:
    'the table is not the one that the pipeline wrote to: its UUID differs and, if it is replicated, its node in Keeper; it was recreated, or the workers are connected to another server',
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
  const ids = `id ${written(found)}, previously ${written(known)}`;
  return `Table ${name} was recreated, or the workers are connected to another server (${ids}): rows that were written before are not in this table.${maybeReplica(known, found)}`;
}

function written({ tableId, replicatedId }: TableIdentity): string {
  return replicatedId === undefined ? tableId : `${tableId} at ${replicatedId} in Keeper`;
}

/** Replicas that were created separately have different UUIDs. Without Keeper's node, they look like other tables. */
function maybeReplica(known: TableIdentity, found: TableIdentity): string {
  if (known.replicatedId !== undefined || found.replicatedId === undefined) return '';
  return ' If it is another replica of the same table, it has those rows: choose "continue".';
}
