import { isLineageColumn } from '../../../domain/records/lineage.js';
import { MAX_LANES, TABLE_PARTITIONS_PER_BLOCK } from '../../../domain/limits.js';
import { type ColumnFix, findDrift } from '../../../domain/table/drift.js';
import { alter, guaranteeOf } from '../../../domain/table/guarantee.js';
import { tableBehind } from '../../../domain/table/kept-rows.js';
import {
  isMergeTree,
  isReadOnlyView,
  keepsEveryRow,
  type TableDescription,
} from '../../../domain/table/description.js';
import type { FoundTable } from '../../../domain/table/found-table.js';
import { writtenIdentifier, writtenName } from '../../../domain/table/table-name.js';
import type { TablePartition, TableWishes } from '../../../domain/table/target.js';
import { type EventLayout, tableColumns } from './event-layout.js';

/** What a pipeline needs to know about its table, and what its operator should know. */
export interface DescribedTarget extends FoundTable {
  readonly warnings: readonly string[];
  /** Why nothing can be inserted at all; null if rows can be inserted. */
  readonly unfit: string | null;
}

const FUNCTIONS: ReadonlyMap<string | undefined, TablePartition> = new Map([
  ['toYYYYMMDD', 'day'],
  ['toDate', 'day'],
  ['toStartOfDay', 'day'],
  ['toYYYYMM', 'month'],
  ['toStartOfMonth', 'month'],
  ['toYear', 'year'],
  ['toStartOfYear', 'year'],
]);

export function describeTarget(
  table: TableDescription,
  layout: EventLayout,
  wishes: TableWishes,
): DescribedTarget {
  const drift = findDrift(tableColumns(layout), table.columns);
  const { insertable, differences, lineage, log } = drift;
  const name = writtenName(table.name);
  const own = insertable.filter((column) => !isLineageColumn(column));
  const notStored = drift.notStored.map((difference) => ({
    column: difference.column,
    why: difference.what,
    fix: fixOf(table, difference),
    optional: difference.isOptional,
  }));
  const guaranteeFor = (lanes: number) =>
    guaranteeOf(table, {
      lanes,
      tablePartitionsPerBlock: TABLE_PARTITIONS_PER_BLOCK,
      lineage,
      log,
      notStored,
    });
  // The guarantee and the list of columns that are not stored already report these.
  const isTold = new Set([...drift.notStored, ...lineage, ...log].map(({ column }) => column));
  const isTimeStored = insertable.includes(layout.timeColumn);
  return {
    target: {
      table: table.name,
      tableId: table.id,
      ...(table.replicatedId !== undefined && { replicatedId: table.replicatedId }),
      columns: lineage.length === 0 ? insertable : own,
      notStored,
      tablePartition: isTimeStored
        ? tablePartition(table.partitionKey, layout.timeColumn)
        : 'unknown',
      findable: lineage.length === 0 && keepsEveryRow(table),
      guarantee: guaranteeFor(wishes.lanes),
      widest: { beyondLanes: wishes.lanes, guarantee: guaranteeFor(MAX_LANES) },
      durability: durabilityOf(table),
      version: table.version,
    },
    unfilled: [...drift.notStored, ...lineage, ...log].map(
      ({ column, what, alteration, wouldLoseValues }) => ({
        ...{ column, why: what, alteration },
        ...(wouldLoseValues && { wouldLoseValues }),
      }),
    ),
    notDurable: notDurable(table),
    changedAtMs: table.changedAtMs,
    unfit: unfitReason(table, own, differences),
    warnings: [
      ...differences
        .filter(({ column }) => !isTold.has(column))
        .map((difference) => `${name}: ${difference.what}: ${fixOf(table, difference)}`),
      ...(/^(Replicated|Shared)/.test(table.engine)
        ? [
            `${name} is on a cluster, and running inserts are only visible on the node that runs them: set CLICKHOUSE_HOST to all nodes, separated by commas, and not to a load balancer`,
          ]
        : []),
      ...(table.replicatedIdHidden === undefined
        ? []
        : [
            `${name} is replicated, and Millrace can't see which of its replicas belong together (${table.replicatedIdHidden}): if another replica has a different UUID, a failover to it is held as TableReplaced. Run GRANT SELECT ON system.replicas, SELECT ON system.zookeeper for this user`,
          ]),
    ],
  };
}

function fixOf(table: TableDescription, { alteration, wouldLoseValues }: ColumnFix): string {
  if (alteration !== null) return alter(table, alteration);
  return wouldLoseValues
    ? 'no ALTER keeps all stored values, so change the type in the contract, or write into another table'
    : 'no ALTER changes the type of a key column, so the table has to be recreated';
}

/** Why no row can be inserted into a view; null if the table is not a view. */
export function readOnlyReason(table: TableDescription): string | null {
  if (!isReadOnlyView(table.engine)) return null;
  return `${writtenName(table.name)} is a ${table.engine}, and rows can't be inserted into a view: write into ${tableBehind(table)}`;
}

function unfitReason(
  table: TableDescription,
  own: readonly string[],
  differences: readonly ColumnFix[],
): string | null {
  const name = writtenName(table.name);
  const readOnly = readOnlyReason(table);
  if (readOnly !== null || own.length > 0) return readOnly;
  const alterations = differences.flatMap(({ alteration }) =>
    alteration === null ? [] : [alteration],
  );
  const fix = {
    alteration: alterations.length === 0 ? null : alterations.join(', '),
    wouldLoseValues: differences.find(({ wouldLoseValues }) => wouldLoseValues)?.wouldLoseValues,
  };
  return `${name} has none of the event's columns: ${fixOf(table, fix)}`;
}

/** How a partition key, as the server writes it, groups event times. Any other key is `unknown`. */
export function tablePartition(partitionKey: string, timeColumn: string): TablePartition {
  const key = partitionKey.trim();
  if (key === '' || key === 'tuple()') return 'none';
  const call = /^(\w+)\((.*)\)$/s.exec(key);
  if (call?.[2] !== writtenIdentifier(timeColumn)) return 'unknown';
  return FUNCTIONS.get(call[1]) ?? 'unknown';
}

/** Why the table may answer before rows are on disk, with the statement that fixes it; null if it does not. */
export function notDurable(table: TableDescription): string | null {
  if (isOnObjectStorage(table) || (table.fsyncAfterInsert && table.fsyncPartDirectory)) return null;
  const name = writtenName(table.name);
  return isMergeTree(table.engine)
    ? `"durability":"fsync" was requested, but ${name} answers before rows are on disk: ${alter(table, 'MODIFY SETTING fsync_after_insert = 1, fsync_part_directory = 1')}`
    : `"durability":"fsync" was requested, but ${name} is a ${table.engine}, which can't guarantee it: write into a MergeTree table`;
}

/** What the table does before it answers, in words. */
function durabilityOf(table: TableDescription): string {
  if (!isMergeTree(table.engine))
    return `unknown: a ${table.engine} does not show what it does before it answers`;
  if (isOnObjectStorage(table)) return 'rows are in object storage before ClickHouse answers';
  const where = table.engine.startsWith('Replicated') ? 'of one replica ' : '';
  return table.fsyncAfterInsert && table.fsyncPartDirectory
    ? `rows are on the disk ${where}(fsync) before ClickHouse answers`
    : `rows are in the page cache ${where}when ClickHouse answers: they survive a crash of ClickHouse, but not a power failure`;
}

function isOnObjectStorage({ engine }: TableDescription): boolean {
  return engine.startsWith('Shared');
}
