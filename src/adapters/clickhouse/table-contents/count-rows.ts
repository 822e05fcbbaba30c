import { sqlName, type TableName } from '../../../domain/table/table-name.js';
import type { Server, Settings } from '../client/client.js';
import { WHOLE_ANSWER } from '../client/whole-answer.js';
import type { Within } from '../schema/in-log.js';

export async function countRows(
  server: Server,
  table: TableName,
  settings: Settings,
): Promise<number> {
  const [row] = await server.rows<{ count: string }>({
    sql: `SELECT toString(count()) AS count FROM ${sqlName(table)}`,
    settings: { ...WHOLE_ANSWER, ...settings },
  });
  return Number(row?.count ?? 0);
}

/** Rows of each partition below the offset at its place. Reads three lineage columns of the whole table. */
export async function countRowsBelow(
  server: Server,
  { table, condition, parameters, settings }: Within,
  offsets: readonly number[],
): Promise<readonly number[]> {
  if (offsets.every((offset) => offset === 0)) return offsets.map(() => 0);
  const rows = await server.rows<{ partition: number; count: string }>({
    sql:
      `SELECT toUInt32(assumeNotNull(_partition)) AS partition, toString(count()) AS count FROM ${sqlName(table)} ` +
      // Behind the end of an array stands 0, and no offset is below it.
      `WHERE ${condition} AND _offset < {offsets:Array(UInt64)}[assumeNotNull(_partition) + 1] GROUP BY partition`,
    parameters: { ...parameters, offsets },
    settings: { ...WHOLE_ANSWER, ...settings },
  });
  const counts = new Map(rows.map(({ partition, count }) => [partition, Number(count)]));
  return offsets.map((_, partition) => counts.get(partition) ?? 0);
}
