import { LOG_COLUMN } from '../../../domain/records/lineage.js';
import type { Log } from '../../../domain/log/log.js';
import type { TableName } from '../../../domain/table/table-name.js';
import type { Server, Settings } from '../client/client.js';
import { syncReplica } from './sync-replica.js';

/** What a query needs to see all that a table holds of one log or one topic name, and nothing else. */
export interface Within {
  readonly table: TableName;
  /** SQL; true for the rows that are meant. */
  readonly condition: string;
  /** SQL; the log that a row is of, empty where the row does not say. */
  readonly topicId: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly settings: Settings;
}

const STORED_ID = `ifNull(${LOG_COLUMN.name}, '')`;

/** Whatever stands in the table under the topic's name, of any log. */
export async function withinTopic(
  server: Server,
  table: TableName,
  topic: string,
): Promise<Within> {
  const [settings, storesIds] = await Promise.all([
    syncReplica(server, table),
    storesTopicIds(server, table),
  ]);
  return {
    table,
    condition: '_topic = {topic:String}',
    topicId: storesIds ? STORED_ID : "''",
    parameters: { topic },
    settings,
  };
}

/** What `isOfLog` says of rows, as SQL. */
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

/** Asked each time, because the column may be added to a table while pipelines run. */
export async function storesTopicIds(
  server: Server,
  { database, table }: TableName,
): Promise<boolean> {
  const rows = await server.rows({
    sql:
      'SELECT name FROM system.columns WHERE database = {database:String} AND table = {table:String} AND name = {name:String} ' +
      "AND replaceRegexpOne(type, '^LowCardinality\\((.*)\\)$', '\\1') IN ('String', 'Nullable(String)')",
    parameters: { database, table, name: LOG_COLUMN.name },
  });
  return rows.length > 0;
}
