import { PLACE_COLUMNS } from '../../../domain/records/lineage.js';
import { sqlName, type TableName } from '../../../domain/table/table-name.js';
import type { Server, Settings } from '../client/client.js';
import { WHOLE_ANSWER } from '../client/query-settings.js';
import type { EpochExtent } from '../../../domain/records/offset-range.js';
import type { Within } from './in-log.js';

interface Origins {
  readonly table: TableName;
  readonly topic: string;
  readonly settings: Settings;
}

interface ExtentRow {
  readonly log: string;
  readonly partition: number;
  readonly epoch: number;
  readonly first: string;
  readonly end: string;
  readonly count: string;
}

/** Counts rows that are not known to be from the topic. Reads one column of the whole table; without lineage, only counters. */
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

/**
 * How far rows reach in each epoch of each partition of each log. Reads the lineage columns of the whole table: 20 million
 * rows a second on two cores.
 */
export function rowExtents(server: Server, within: Within): Promise<readonly EpochExtent[]> {
  return extents(server, within, { end: 'max(_offset) + 1', final: '' });
}

/** The same for a table of dead letters. Skipped ranges count in full. */
export function letterExtents(server: Server, within: Within): Promise<readonly EpochExtent[]> {
  return extents(server, within, { end: 'max(_end)', final: ' FINAL' });
}

async function extents(
  server: Server,
  { table, condition, topicId, parameters, settings }: Within,
  { end, final }: { readonly end: string; readonly final: string },
): Promise<readonly EpochExtent[]> {
  const rows = await server.rows<ExtentRow>({
    sql:
      `SELECT toString(${topicId}) AS log, toUInt32(assumeNotNull(_partition)) AS partition, toUInt32(assumeNotNull(_epoch)) AS epoch, ` +
      `toString(min(_offset)) AS first, toString(${end}) AS end, toString(count()) AS count FROM ${sqlName(table)}${final} ` +
      `WHERE ${condition} GROUP BY log, partition, epoch ORDER BY log, partition, epoch`,
    parameters,
    settings: { ...WHOLE_ANSWER, ...settings },
  });
  return rows.map(({ log, first, end: behind, count, ...row }) => ({
    ...row,
    topicId: log,
    first: Number(first),
    end: Number(behind),
    count: Number(count),
  }));
}
