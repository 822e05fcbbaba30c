import type { Sql } from '../stage/sql.js';
import { EVENT_COLUMNS } from '../stage/tables.js';

/** What became of the records of a load, as ClickHouse counts it. */
export interface RowsCheck {
  readonly rows: number;
  readonly lost: number;
  readonly doubled: number;
  readonly hash: string;
}

/** Every event has an id of its own: what is missing among the ids is lost, and what is beyond one row for each doubled. */
export async function checkRows(sql: Sql, table: string, records: number): Promise<RowsCheck> {
  const answer = await sql(`SELECT count(), uniqExact(event_id) FROM ${table}`);
  const [rows = 0, distinct = 0] = answer.split('\t').map(Number);
  const hash = await hashRows(sql, table);
  return { rows, lost: records - distinct, doubled: rows - distinct, hash };
}

/** The same for the same rows in any order; all columns but `processed_at` and lineage. */
export function hashRows(sql: Sql, table: string): Promise<string> {
  return sql(`SELECT sum(cityHash64(${EVENT_COLUMNS.join(', ')})) FROM ${table}`);
}
