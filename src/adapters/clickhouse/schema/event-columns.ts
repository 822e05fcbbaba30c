import { isLineageColumn, LINEAGE_COLUMNS } from '../../../domain/records/lineage.js';
import type { ExpectedColumn } from '../../../domain/table/drift.js';

/** What a table of events holds. */
export interface EventLayout {
  /** The event's columns, in the order of the table. Lineage columns may be left out. */
  readonly columns: readonly ExpectedColumn[];
  /** Holds the event time: the table is partitioned by its month and sorted by it. */
  readonly timeColumn: string;
  /** Sorts rows of the same time. */
  readonly idColumn: string;
}

/** All columns of a table of events, lineage at the end. */
export function tableColumns({ columns }: EventLayout): readonly ExpectedColumn[] {
  const own = columns.filter(({ name }) => !isLineageColumn(name));
  return [...own, ...LINEAGE_COLUMNS];
}
