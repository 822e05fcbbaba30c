import type { TableName } from '../../../domain/pipeline/table-name.js';
import type { Server } from '../server/server.js';

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
}

export async function findTable(server: Server, name: TableName): Promise<TableRow | null> {
  const [row] = await server.rows<TableRow>({
    sql:
      'SELECT database, name, uuid, engine, engine_full, partition_key, sorting_key, create_table_query, ' +
      'dependencies_database, dependencies_table FROM system.tables ' +
      'WHERE database = {database:String} AND name = {table:String}',
    parameters: { ...name },
  });
  return row ?? null;
}
