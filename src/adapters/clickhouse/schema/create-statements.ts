import { declaration } from '../../../domain/table/drift.js';
import {
  type TableName,
  writtenIdentifier,
  writtenName,
} from '../../../domain/table/table-name.js';
import { DEAD_LETTER_COLUMNS, DEAD_LETTER_KEY } from './dead-letter-columns.js';
import { type EventLayout, tableColumns, type TableKey } from './event-layout.js';

/** Where a table is created: on one server, or by a person on every node. */
export interface Place {
  readonly replicated: boolean;
  /** The table exists only within one request. */
  readonly isTemporary?: true;
  /** Name of the cluster for ON CLUSTER; null if the database replicates by itself. */
  readonly cluster: string | null;
}

export const ONE_SERVER: Place = { replicated: false, cluster: null };

/** For a trial: the server checks the whole statement, and removes the table when it has answered. */
export const ONE_REQUEST: Place = { ...ONE_SERVER, isTemporary: true };

export interface TableSettings {
  /** Number of parts that the table recognises when they are sent again (its deduplication window). */
  readonly window: number;
  readonly durability: 'fsync' | 'server';
  readonly place: Place;
}

/** Replicated tables also forget inserts after a time. No attempt is older than this. */
const WINDOW_SECONDS = 7 * 24 * 3_600;

/** Creates the database in which a table will be created. */
export function databaseStatement({ database }: TableName, place: Place): string {
  return `CREATE DATABASE IF NOT EXISTS ${writtenIdentifier(database)}${onCluster(place)}`;
}

export function eventTableStatement(
  table: TableName,
  layout: EventLayout,
  settings: TableSettings,
): string {
  const { partitionBy, orderBy } = keyOf(layout);
  return statement(table, settings, {
    items: [...tableColumns(layout).map(declaration), 'INDEX _offset_range _offset TYPE minmax'],
    engine: 'MergeTree',
    clauses: [
      ...(partitionBy === null ? [] : [`PARTITION BY ${partitionBy}`]),
      `ORDER BY (${orderBy.join(', ')})`,
    ],
  });
}

/** If the contract names no key: partitioned by month of the event time, ordered by time and id. */
function keyOf({ key, timeColumn, idColumn }: EventLayout): TableKey {
  const [time, id] = [timeColumn, idColumn].map(writtenIdentifier);
  return key ?? { partitionBy: `toYYYYMM(${time})`, orderBy: [time ?? '', id ?? ''] };
}

export function deadLetterTableStatement(table: TableName, settings: TableSettings): string {
  return statement(table, settings, {
    items: DEAD_LETTER_COLUMNS.map(
      (column) => `${declaration(column)} COMMENT '${column.comment}'`,
    ),
    engine: 'ReplacingMergeTree(at)',
    clauses: [`ORDER BY (${DEAD_LETTER_KEY.join(', ')})`],
  });
}

function statement(
  table: TableName,
  { window, durability, place }: TableSettings,
  what: {
    readonly items: readonly string[];
    readonly engine: string;
    readonly clauses: readonly string[];
  },
): string {
  const settings = place.replicated
    ? [
        `replicated_deduplication_window = ${window}`,
        `replicated_deduplication_window_seconds = ${WINDOW_SECONDS}`,
      ]
    : [`non_replicated_deduplication_window = ${window}`];
  if (durability === 'fsync') settings.push('fsync_after_insert = 1', 'fsync_part_directory = 1');
  const head = place.isTemporary
    ? `CREATE TEMPORARY TABLE ${writtenIdentifier(table.table)}`
    : `CREATE TABLE IF NOT EXISTS ${writtenName(table)}${onCluster(place)}`;
  return [
    `${head} (`,
    what.items.map((item) => `  ${item}`).join(',\n'),
    `) ENGINE = ${place.replicated ? 'Replicated' : ''}${what.engine}`,
    ...what.clauses,
    `SETTINGS ${settings.join(', ')}`,
  ].join('\n');
}

function onCluster({ cluster }: Place): string {
  return cluster === null ? '' : ` ON CLUSTER ${writtenIdentifier(cluster)}`;
}
