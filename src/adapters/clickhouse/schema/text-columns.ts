import type { TableName } from '../../../domain/table/table-name.js';
import type { Server } from '../client/client.js';

export interface TextColumn {
  readonly name: string;
  readonly isText: boolean;
  /** An insert can give it a value. */
  readonly isFillable: boolean;
}

/** Those of the columns that the table has. Asked each time, because columns may be added while pipelines run. */
export async function textColumns(
  server: Server,
  { database, table }: TableName,
  names: readonly string[],
): Promise<readonly TextColumn[]> {
  const rows = await server.rows<{ name: string; type: string; kind: string }>({
    sql:
      "SELECT name, replaceRegexpOne(type, '^LowCardinality\\((.*)\\)$', '\\1') AS type, default_kind AS kind FROM system.columns " +
      'WHERE database = {database:String} AND table = {table:String} AND name IN {names:Array(String)}',
    parameters: { database, table, names },
  });
  return rows.map(({ name, type, kind }) => ({
    name,
    isText: type === 'String' || type === 'Nullable(String)',
    isFillable: kind === '' || kind === 'DEFAULT',
  }));
}
