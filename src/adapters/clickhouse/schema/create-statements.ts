import { declaration } from '../../../domain/table/drift.js';
import {
  type TableName,
  writtenIdentifier,
  writtenName,
} from '../../../domain/table/table-name.js';
import { DEAD_LETTER_COLUMNS, DEAD_LETTER_KEY } from './dead-letter-columns.js';
import { type EventLayout, tableColumns, type TableKey } from './event-layout.js';

/** Where a table is made: on one server, or for a person to make on every node. */
export interface Place {
  readonly replicated: boolean;
  /** Name of the cluster to put behind ON CLUSTER; null where the database replicates by itself. */
  readonly cluster: string | null;
}

export const ONE_SERVER: Place = { replicated: false, cluster: null };

export interface TableSettings {
  /** Parts that the table recognises when they are sent again. */
  readonly window: number;
  readonly durability: 'fsync' | 'server';
  readonly place: Place;
}

/** Replicated tables forget inserts after a while as well: no attempt is older than this. */
const WINDOW_SECONDS = 7 * 24 * 3_600;

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

/** By month of the time, and by time and id, where the contract does not say. */
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
  const cluster = place.cluster === null ? '' : ` ON CLUSTER ${writtenIdentifier(place.cluster)}`;
  return [
    `CREATE TABLE IF NOT EXISTS ${writtenName(table)}${cluster} (`,
    what.items.map((item) => `  ${item}`).join(',\n'),
    `) ENGINE = ${place.replicated ? 'Replicated' : ''}${what.engine}`,
    ...what.clauses,
    `SETTINGS ${settings.join(', ')}`,
  ].join('\n');
}
