import { createHash } from 'node:crypto';
import { IDENTIFIER, type TableName, unquoted } from '../../../domain/table/table-name.js';
import type { Server } from '../client/client.js';

/** Columns of `system.tables` that every server since 22 has. */
export interface TableRow {
  readonly database: string;
  readonly name: string;
  readonly uuid: string;
  readonly engine: string;
  readonly engine_full: string;
  readonly partition_key: string;
  readonly sorting_key: string;
  readonly create_table_query: string;
  readonly dependencies_database: readonly string[];
  readonly dependencies_table: readonly string[];
  /** Whole seconds since 1970; 0 if the database keeps no files. */
  readonly changed_at: number;
}

const TARGET = new RegExp(
  `^CREATE MATERIALIZED VIEW ${IDENTIFIER}\\.${IDENTIFIER} TO (${IDENTIFIER})\\.(${IDENTIFIER})(?: |$)`,
);

const NO_UUID = '00000000-0000-0000-0000-000000000000';

export async function findTable(server: Server, name: TableName): Promise<TableRow | null> {
  const [row] = await server.rows<TableRow>({
    sql:
      'SELECT database, name, uuid, engine, engine_full, partition_key, sorting_key, create_table_query, ' +
      'dependencies_database, dependencies_table, toUnixTimestamp(metadata_modification_time) AS changed_at FROM system.tables ' +
      'WHERE database = {database:String} AND name = {table:String}',
    parameters: { ...name },
  });
  return row ?? null;
}

/** Empty if the database gives its tables no UUID. */
export function tableId({ uuid }: Pick<TableRow, 'uuid'>): string {
  return uuid === NO_UUID ? '' : uuid;
}

/**
 * Changes with each ALTER, and when a view is attached or detached. It comes from the statement that creates the table, which
 * holds its columns, keys, TTL and settings. `metadata_modification_time` is no alternative: it only has whole seconds, and a
 * table can change twice within one.
 */
export function tableVersion(row: TableRow): string {
  const views = row.dependencies_table.map(
    (table, index) => `${row.dependencies_database[index] ?? ''}.${table}`,
  );
  const text = JSON.stringify([row.create_table_query, views.sort()]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/**
 * Where a materialized view writes, read from its `CREATE` statement as the server writes it: into the table that it
 * names, or into a hidden one of its own.
 */
export function viewTarget(view: {
  readonly name: TableName;
  readonly uuid: string;
  readonly create: string;
}): TableName {
  const [, database, table] = TARGET.exec(view.create) ?? [];
  if (database !== undefined && table !== undefined) {
    return { database: unquoted(database), table: unquoted(table) };
  }
  const hidden = view.uuid === NO_UUID ? `.inner.${view.name.table}` : `.inner_id.${view.uuid}`;
  return { database: view.name.database, table: hidden };
}
