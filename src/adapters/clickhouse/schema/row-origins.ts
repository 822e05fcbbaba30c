import { PLACE_COLUMNS } from '../../../domain/records/lineage.js';
import { sqlName, type TableName } from '../../../domain/table/table-name.js';
import type { Server, Settings } from '../client/client.js';
import { WHOLE_ANSWER } from '../client/whole-answer.js';

interface Origins {
  readonly table: TableName;
  readonly topic: string;
  readonly settings: Settings;
}

/** Rows that are not known to be of a topic. Reads one column of the whole table, or only its counters without lineage. */
export async function rowsOfOtherOrigin(
  server: Server,
  { table, topic, settings }: Origins,
): Promise<number> {
  const where = (await hasLineage(server, table))
    ? " WHERE ifNull(_topic, '') != {topic:String}"
    : '';
  const [row] = await server.rows<{ count: string }>({
    sql: `SELECT toString(count()) AS count FROM ${sqlName(table)}${where}`,
    parameters: { topic },
    settings: { ...WHOLE_ANSWER, ...settings },
  });
  return Number(row?.count ?? 0);
}

async function hasLineage(server: Server, { database, table }: TableName): Promise<boolean> {
  const names = PLACE_COLUMNS.map(({ name }) => name);
  const rows = await server.rows<{ name: string }>({
    sql:
      'SELECT name FROM system.columns WHERE database = {database:String} AND table = {table:String} ' +
      'AND name IN {names:Array(String)}',
    parameters: { database, table, names },
  });
  return rows.length === names.length;
}
