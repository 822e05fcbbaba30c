import type { ColumnDescription, TableDescription } from '../../../domain/table/description.js';
import { writtenName, type TableName } from '../../../domain/table/table-name.js';
import type { Server } from '../client/client.js';
import { createStorageDescriber } from './describe-storage.js';
import { findTable, tableId, type TableRow, tableVersion } from './find-table.js';
import { findViews } from './find-views.js';
import { findReplicatedId, type ReplicatedId } from './replicated-id.js';
import { tablesBehind } from './tables-behind.js';

/** The table as it is; null where there is none, or none that this user may see. */
export async function describeTable(
  server: Server,
  name: TableName,
): Promise<TableDescription | null> {
  const row = await findTable(server, name);
  if (row === null) return null;
  const describe = createStorageDescriber(server);
  const [columns, storage, views, behind, replicated] = await Promise.all([
    columnsOf(server, name),
    describe(row),
    findViews(server, row, describe),
    findBehind(server, row),
    // Keeper may be away for a while: the first batches ask again.
    findReplicatedId(server, row).catch((): ReplicatedId => ({ kind: 'none' })),
  ]);
  // A Null table keeps nothing itself: whoever wants its rows finds them where its views write.
  const targets = row.engine === 'Null' ? views.flatMap(({ target }) => target ?? []) : [];
  return {
    ...storage,
    ...behind,
    id: tableId(row),
    version: tableVersion(row),
    changedAtMs: row.changed_at > 0 ? row.changed_at * 1_000 : null,
    ...(replicated.kind === 'found' && { replicatedId: replicated.id }),
    ...(replicated.kind === 'hidden' && { replicatedIdHidden: replicated.why }),
    columns,
    views,
    behind: [...behind.behind, ...targets.map((target) => writtenName(target.name)).sort()],
  };
}

async function findBehind(
  server: Server,
  row: TableRow,
): Promise<Pick<TableDescription, 'behind' | 'engineBehind'>> {
  const names = tablesBehind(row);
  const [first] = names;
  const found =
    row.engine === 'MaterializedView' && first !== undefined
      ? await findTable(server, first)
      : null;
  return { behind: names.map(writtenName), engineBehind: found?.engine ?? null };
}

async function columnsOf(server: Server, name: TableName): Promise<readonly ColumnDescription[]> {
  const rows = await server.rows<{
    name: string;
    type: string;
    default_kind: ColumnDescription['defaultKind'];
    key: 0 | 1;
  }>({
    sql:
      'SELECT name, type, default_kind, is_in_partition_key OR is_in_sorting_key OR is_in_sampling_key AS key ' +
      'FROM system.columns WHERE database = {database:String} AND table = {table:String} ORDER BY position',
    parameters: { ...name },
  });
  return rows.map(({ default_kind: defaultKind, key, ...column }) => ({
    ...column,
    defaultKind,
    isKey: key === 1,
  }));
}
