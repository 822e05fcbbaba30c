import { LOG_COLUMN } from '../../../domain/records/lineage.js';
import type { Log } from '../../../domain/log/log.js';
import type { TableName } from '../../../domain/table/table-name.js';
import type { Server, Settings } from '../client/client.js';
import { syncReplica } from './sync-replica.js';

/** What a query needs to see exactly the rows that a table holds of one log or one topic name. */
export interface Within {
  readonly table: TableName;
  /** SQL; true for these rows. */
  readonly condition: string;
  /** SQL; the topic id of the log that a row belongs to, empty if the row does not say. */
  readonly topicId: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly settings: Settings;
}

export interface TextColumn {
  readonly name: string;
  readonly isText: boolean;
  /** An insert can give it a value. */
  readonly isFillable: boolean;
}

const STORED_ID = `ifNull(${LOG_COLUMN.name}, '')`;

/** All rows of the table with the topic's name, of any log. */
export async function withinTopic(
  server: Server,
  table: TableName,
  topic: string,
): Promise<Within> {
  const [settings, ids] = await Promise.all([
    syncReplica(server, table),
    textColumns(server, table, [LOG_COLUMN.name]),
  ]);
  return {
    table,
    condition: '_topic = {topic:String}',
    topicId: ids.some(({ isText }) => isText) ? STORED_ID : "''",
    parameters: { topic },
    settings,
  };
}

/** The rows of one log: the SQL equivalent of `isOfLog`. */
export async function withinLog(server: Server, table: TableName, log: Log): Promise<Within> {
  const within = await withinTopic(server, table, log.topic);
  const { condition, topicId, parameters } = within;
  const known = [log.topicId, ...log.sameAs].filter((id) => id !== '');
  const ofLog =
    topicId === STORED_ID
      ? `if(${STORED_ID} = '', _epoch >= ${log.unknownSince}, has({topic_ids:Array(String)}, ${STORED_ID}))`
      : `_epoch >= ${log.unknownSince}`;
  return {
    ...within,
    condition: `${condition} AND ${ofLog}`,
    parameters: { ...parameters, ...(topicId === STORED_ID && { topic_ids: known }) },
  };
}

/** Those of the named columns that the table has. Queried each time, because columns may be added while pipelines run. */
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
