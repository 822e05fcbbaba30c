import { isLineageColumn, LINEAGE_COLUMNS } from '../../../domain/records/lineage.js';
import type { ExpectedColumn } from '../../../domain/table/drift.js';

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
