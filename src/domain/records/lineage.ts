/** Columns that say where a row came from. Reconciling, reading back and verifying depend on them. Names and types are frozen. */
export const LINEAGE_COLUMNS = [
  { name: '_topic', type: 'LowCardinality(String)' },
  { name: '_topic_id', type: 'LowCardinality(String)' },
  { name: '_epoch', type: 'UInt32' },
  { name: '_partition', type: 'UInt32' },
  { name: '_offset', type: 'UInt64' },
] as const;

export type LineageColumn = (typeof LINEAGE_COLUMNS)[number]['name'];

/** Says which log a row belongs to. A table without it works, but can't distinguish logs with the same topic name. */
export const LOG_COLUMN = LINEAGE_COLUMNS[1];

/** Columns that identify the record of a row. All of them are needed. */
export const PLACE_COLUMNS = LINEAGE_COLUMNS.filter(({ name }) => name !== LOG_COLUMN.name);

export function isLineageColumn(name: string): name is LineageColumn {
  return LINEAGE_COLUMNS.some((column) => column.name === name);
}

/** Whether the rows of a table with these columns identify their records. */
export function hasPlaces(columns: readonly string[]): boolean {
  return PLACE_COLUMNS.every(({ name }) => columns.includes(name));
}
