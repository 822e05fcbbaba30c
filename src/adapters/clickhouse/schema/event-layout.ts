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

/** What a table of events holds. */
export interface EventLayout {
  /** The event's columns, in the order of the table. Lineage columns may be left out. */
  readonly columns: readonly ExpectedColumn[];
  /** Holds the event time; empty where the contract names none. */
  readonly timeColumn: string;
  /** Tells events apart; empty where the contract names none. */
  readonly idColumn: string;
  /** Of a contract that somebody declared; by month of the time, and by time and id, where it is missing. */
  readonly key?: TableKey | undefined;
}

/** Of `stream_events`. */
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

/** What a table of the contract is made with. `table` are the columns of one that exists, empty where there is none. */
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
    ...(isSql && kind !== 'server' && { defaultsByServer: true }),
    ...(kind === 'server' && { filledByServer: true }),
    ...((value !== null || columnTypeOf(type).isNullable) && { isOptional: true }),
  };
}

/** A Nested as `flatten_nested` makes it: an array for each of its elements. */
function elementsOf({ name, type }: ColumnSpec): readonly ExpectedColumn[] {
  return membersOf(parseType(type)).map((element) => ({
    name: `${name}.${element.name}`,
    type: `Array(${printType(element.type)})`,
  }));
}

/** Without a key of the user's own, by the event's time and id, or by the record's place. */
function orderOf({ columns, table, eventTime, id }: ContractSpec): readonly string[] {
  const names = [...columns, ...LINEAGE_COLUMNS].map(({ name }) => name);
  // Anything else is an expression of ClickHouse.
  const written = (key: string) => (names.includes(key) ? writtenIdentifier(key) : key);
  const named = [eventTime, id].filter((column) => column !== null);
  const order = table.orderBy.length > 0 ? table.orderBy : named;
  return order.length > 0 ? order.map(written) : ['_topic', '_partition', '_offset'];
}
