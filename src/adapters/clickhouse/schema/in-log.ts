import { LOG_COLUMN } from '../../../domain/records/lineage.js';
import type { Log } from '../../../domain/log/log.js';
import type { TableName } from '../../../domain/table/table-name.js';
import type { Server, Settings } from '../client/client.js';
import { syncReplica } from './sync-replica.js';
import { textColumns } from './text-columns.js';

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
