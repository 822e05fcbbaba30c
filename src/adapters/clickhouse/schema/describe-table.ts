import type { ColumnDescription, TableDescription } from '../../../domain/table/description.js';
import {
  IDENTIFIER,
  type TableName,
  unquoted,
  writtenName,
} from '../../../domain/table/table-name.js';
import type { Server } from '../client/client.js';
import { createStorageDescriber } from './describe-storage.js';
import { findTable, tableId, type TableRow, tableVersion, viewTarget } from './find-table.js';
import { findViews } from './find-views.js';
import { findReplicatedId, type ReplicatedId } from './identify-table.js';
import { splitList, withoutStrings } from './table-clauses.js';

/** Position of the argument of an engine that names the database it forwards rows to. The table is the next argument. */
const NAMED_AT: ReadonlyMap<string, number> = new Map([
  ['Buffer', 0],
  ['Distributed', 1],
]);

const READ_FROM = new RegExp(`\\b(?:FROM|JOIN) (${IDENTIFIER})\\.(${IDENTIFIER})`, 'g');

/** Describes a table; null if it does not exist or this user may not see it. */
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
    // Keeper may be unavailable for a while: the first batches ask again.
    findReplicatedId(server, row).catch((): ReplicatedId => ({ kind: 'none' })),
  ]);
  // A Null table keeps nothing itself: its rows are where its views write.
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

/** The tables that a table's own statement names: those that it forwards rows to, or that a view reads. */
function tablesBehind(row: TableRow): readonly TableName[] {
  const { engine, engine_full: full, create_table_query: create, uuid } = row;
  const at = NAMED_AT.get(engine);
  if (at !== undefined) {
    const call = /^\w+\((.*?)\)(?: |$)/s.exec(full)?.[1] ?? '';
    const [database = '', table = ''] = splitList(call)
      .slice(at, at + 2)
      .map(literal);
    return table === '' ? [] : [{ database: database === '' ? row.database : database, table }];
  }
  if (engine === 'MaterializedView') {
    return [viewTarget({ name: { database: row.database, table: row.name }, uuid, create })];
  }
  if (!engine.endsWith('View')) return [];
  const names = [...withoutStrings(create).matchAll(READ_FROM)].map(
    ([, database = '', table = '']) => ({ database: unquoted(database), table: unquoted(table) }),
  );
  return names.filter(
    (name, index) => names.findIndex((each) => writtenName(each) === writtenName(name)) === index,
  );
}

/** Unquotes a string literal of the server; returns an identifier as it is. */
function literal(text: string): string {
  return text.replace(/^'(.*)'$/s, (_, inner: string) => inner.replace(/\\(.)/gs, '$1'));
}
