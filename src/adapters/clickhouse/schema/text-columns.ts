import type { TableName } from '../../../domain/table/table-name.js';
import type { Server } from '../client/client.js';

export interface TextColumn {
  readonly name: string;
  /** An insert can give it a value. */
  readonly isFillable: boolean;
}

/** Those of the columns that the table has, as text. Asked each time, because columns may be added while pipelines run. */
export async function textColumns(
  server: Server,
  { database, table }: TableName,
  names: readonly string[],
): Promise<readonly TextColumn[]> {
  const rows = await server.rows<{ name: string; kind: string }>({
    sql:
      'SELECT name, default_kind AS kind FROM system.columns WHERE database = {database:String} AND table = {table:String} ' +
      "AND name IN {names:Array(String)} AND replaceRegexpOne(type, '^LowCardinality\\((.*)\\)$', '\\1') IN ('String', 'Nullable(String)')",
    parameters: { database, table, names },
  });
  return rows.map(({ name, kind }) => ({ name, isFillable: kind === '' || kind === 'DEFAULT' }));
}
