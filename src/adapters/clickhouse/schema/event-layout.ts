import { EVENT_CONTRACT, expectedColumns } from '../../../domain/contract/event-contract.js';
import { isLineageColumn, LINEAGE_COLUMNS } from '../../../domain/records/lineage.js';
import type { ExpectedColumn } from '../../../domain/table/drift.js';
import type { ColumnSpec, ContractSpec } from '../../../domain/contract/contract-spec.js';
import { flattenedIn } from '../../../domain/contract/flattened-nested.js';
import type { ColumnDescription } from '../../../domain/table/description.js';
import { writtenIdentifier } from '../../../domain/table/table-name.js';
import { parseType } from '../../../domain/types/text/parse-type.js';
import { printType } from '../../../domain/types/text/print-type.js';
import { membersOf } from '../../../domain/types/text/type-node.js';
import { columnTypeOf } from '../../../domain/types/create-column-type.js';

/** The columns of a table of events, and their roles. */
export interface EventLayout {
  /** The event's columns, in the order of the table. Lineage columns may be left out. */
  readonly columns: readonly ExpectedColumn[];
  /** The column of the event time; empty if the contract names none. */
  readonly timeColumn: string;
  /** The column of the event's id; empty if the contract names none. */
  readonly idColumn: string;
  /** The key of a declared contract. If it is missing: partitioned by month of the event time, ordered by time and id. */
  readonly key?: TableKey | undefined;
}

/** The layout of contract `stream_events`. */
export const EVENT_LAYOUT: EventLayout = {
  columns: expectedColumns(EVENT_CONTRACT),
  timeColumn: EVENT_CONTRACT.eventTime,
  idColumn: 'event_id',
};

export interface TableKey {
  /** Columns and expressions, as they stand in SQL. */
  readonly orderBy: readonly string[];
  /** An expression; null without partitions. */
  readonly partitionBy: string | null;
}

/** All columns of a table of events, lineage at the end. */
export function tableColumns({ columns }: EventLayout): readonly ExpectedColumn[] {
  const own = columns.filter(({ name }) => !isLineageColumn(name));
  return [...own, ...LINEAGE_COLUMNS];
}

/** The layout of a table of the contract. `table` holds the columns of the existing table, and is empty if there is none. */
export function layoutOf(spec: ContractSpec, table: readonly ColumnDescription[]): EventLayout {
  const flattened = flattenedIn(spec, table);
  return {
    columns: [
      ...spec.columns.flatMap((column) =>
        flattened.has(column.name) ? elementsOf(column) : [expectedColumn(column)],
      ),
      ...LINEAGE_COLUMNS,
    ],
    timeColumn: spec.eventTime ?? '',
    idColumn: spec.id ?? '',
    key: { orderBy: orderOf(spec), partitionBy: spec.table.partitionBy },
  };
}

function expectedColumn({ name, type, from, default: value }: ColumnSpec): ExpectedColumn {
  const { kind } = from;
  const isSql = value?.kind === 'sql';
  return {
    name,
    type,
    ...(isSql && { default: value.sql }),
    ...(value?.kind === 'value' && { earlier: constantOf(type, value.value) }),
    ...(isSql && kind !== 'server' && { defaultsByServer: true }),
    ...(kind === 'server' && { filledByServer: true }),
    ...((value !== null || columnTypeOf(type).isNullable) && { isOptional: true }),
  };
}

/**
 * The constant as SQL, so that rows from before the column have the value that `verify` expects. Undefined for types whose
 * values are written in another way than the contract's.
 */
function constantOf(type: string, value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    return String(value);
  }
  const isText = /^(LowCardinality\(|Nullable\()*(String|FixedString|Enum\d*|UUID)\b/.test(type);
  return typeof value === 'string' && isText ? `'${value.replace(/[\\']/g, '\\$&')}'` : undefined;
}

/** A Nested column as `flatten_nested` stores it: an array for each of its elements. */
function elementsOf({ name, type }: ColumnSpec): readonly ExpectedColumn[] {
  return membersOf(parseType(type)).map((element) => ({
    name: `${name}.${element.name}`,
    type: `Array(${printType(element.type)})`,
  }));
}

/** The user's own key. Without one, orders by the event's time and id, or by the record's place. */
function orderOf({ columns, table, eventTime, id }: ContractSpec): readonly string[] {
  const names = [...columns, ...LINEAGE_COLUMNS].map(({ name }) => name);
  // Anything else is an expression of ClickHouse.
  const written = (key: string) => (names.includes(key) ? writtenIdentifier(key) : key);
  const named = [eventTime, id].filter((column) => column !== null);
  const order = table.orderBy.length > 0 ? table.orderBy : named;
  return order.length > 0 ? order.map(written) : ['_topic', '_partition', '_offset'];
}
