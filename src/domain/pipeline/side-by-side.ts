import { parseTableName, type TableName, writtenName } from '../table/table-name.js';

/** Which records a pipeline moves, and into which table. */
export interface Flow {
  readonly taskQueue: string;
  readonly topic: string;
  /** Empty if unknown. The same name on another cluster is another log. */
  readonly topicId: string;
  readonly table: TableName;
  /** Empty if unknown. The same name on another server is another table. */
  readonly tableId: string;
}

/** A running pipeline, as its memo or its claim describes it. */
export interface RunningPipeline {
  readonly workflowId: string;
  readonly taskQueue: string;
  readonly topic: string;
  readonly topicId?: string | undefined;
  readonly groupId: string;
  /** The table as it was given: `table` or `database.table`. */
  readonly table: string;
  /** The database of the table. */
  readonly database?: string | undefined;
  readonly tableId?: string | undefined;
  readonly bounded: boolean;
  readonly state: string;
}

/**
 * Whether both move the same topic into the same table. Within one task queue, names decide, because its workers share
 * their servers: if a topic or table was recreated, the other pipeline uses the new one once somebody decides so. Between
 * task queues, ids decide if both are known. The name of the table may be written in different ways.
 */
export function isSameFlow(
  other: RunningPipeline,
  flow: Flow,
  { database }: { readonly database: string },
): boolean {
  const table = parseTableName(other.table, other.database ?? database);
  const areNamesEqual =
    other.topic === flow.topic &&
    table?.database === flow.table.database &&
    table.table === flow.table.table;
  if (!areNamesEqual || other.taskQueue === flow.taskQueue) return areNamesEqual;
  return mayBeEqual(other.topicId, flow.topicId) && mayBeEqual(other.tableId, flow.tableId);
}

function mayBeEqual(one: string | undefined, other: string): boolean {
  return !one || !other || one === other;
}

/**
 * Workflow id of the claim that a pipeline without an end makes at its start. Frozen, so that two releases can't start
 * pipelines for the same flow at the same time.
 */
export function claimId({ topic, topicId, table, tableId }: Flow): string {
  return ['millrace-start', writtenName(table), tableId, topic, topicId].join('/');
}

/** Why a second pipeline without an end does not start. */
export function tellSecond(
  { workflowId, groupId, state, topic }: RunningPipeline,
  { table, groupId: mine }: { readonly table: string; readonly groupId: string },
): string {
  return `workflow ${workflowId} (${state}) already moves topic ${topic} into ${table}, in group ${groupId} and without an end: a second pipeline in group ${mine} would insert every record twice. To replace it, stop it and wait until it has ended, then start this one with "groupId":"${groupId}" to continue where it stopped. To fill gaps while it runs, give "until". To move more records, give it more lanes (configure) or start more workers. To store the records twice, name another table`;
}
