/** Where a row came from: what makes reconciling, reading back and verifying possible. Names and types are frozen. */
export const LINEAGE_COLUMNS = [
  { name: '_topic', type: 'LowCardinality(String)' },
  { name: '_topic_id', type: 'LowCardinality(String)' },
  { name: '_epoch', type: 'UInt32' },
  { name: '_partition', type: 'UInt32' },
  { name: '_offset', type: 'UInt64' },
] as const;

export type LineageColumn = (typeof LINEAGE_COLUMNS)[number]['name'];

/** Says which log a row is of. A table without it works, but can't tell logs of one topic name apart. */
export const LOG_COLUMN = LINEAGE_COLUMNS[1];

/** Without one of these nobody can say which record a row is. */
export const PLACE_COLUMNS = LINEAGE_COLUMNS.filter(({ name }) => name !== LOG_COLUMN.name);

export function isLineageColumn(name: string): name is LineageColumn {
  return LINEAGE_COLUMNS.some((column) => column.name === name);
}

/** The rows of a table with these columns say which records they are. */
export function hasPlaces(columns: readonly string[]): boolean {
  return PLACE_COLUMNS.every(({ name }) => columns.includes(name));
}
