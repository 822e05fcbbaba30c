import { writtenName } from '../../../domain/table/table-name.js';
import type { TableDirectory } from '../../../domain/ports/table-directory.js';
import type { Server } from '../client/client.js';
import { findTable, tableId as idOf, tableVersion } from './find-table.js';
import { findReplicatedId } from './replicated-id.js';

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
