import { parseTableName, type TableName, writtenName } from '../table/table-name.js';

/** The records that a pipeline moves, and where to. */
export interface Flow {
  readonly taskQueue: string;
  readonly topic: string;
  /** Empty where it is not known. The same name on another cluster is another log. */
  readonly topicId: string;
  readonly table: TableName;
  /** Empty where it is not known. The same name on another server is another table. */
  readonly tableId: string;
}

/** One that runs, as its memo or its claim describes it. */
export interface RunningPipeline {
  readonly workflowId: string;
  readonly taskQueue: string;
  readonly topic: string;
  readonly topicId?: string | undefined;
  readonly groupId: string;
  /** As it was given: `table` or `database.table`. */
  readonly table: string;
  /** The one that the table is in. */
  readonly database?: string | undefined;
  readonly tableId?: string | undefined;
  readonly bounded: boolean;
  readonly state: string;
}

/**
 * The table may be named otherwise. Workers of one task queue have the same servers, where a name is enough: a topic or table
 * that was recreated is still the one that the other pipeline goes on with once somebody decides so. Elsewhere ids tell,
 * where both are known.
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
 * The workflow id of the claim that an endless pipeline makes at its start. Frozen, because two releases must not start side
 * by side.
 */
export function claimId({ topic, topicId, table, tableId }: Flow): string {
  return ['millrace-start', writtenName(table), tableId, topic, topicId].join('/');
}

/** Why a second endless pipeline does not start. */
export function tellSecond(
  { workflowId, groupId, state, topic }: RunningPipeline,
  { table, groupId: mine }: { readonly table: string; readonly groupId: string },
): string {
  return `workflow ${workflowId} (${state}) already moves topic ${topic} into ${table}, in group ${groupId} and without an end: a second pipeline in group ${mine} would insert every record twice. To replace it, stop it and wait until it has ended, then start this one with "groupId":"${groupId}" to go on where it stood. To fill gaps beside it, give "until". To move more, give it more lanes (configure) or start more workers. To have the records twice, name another table`;
}
