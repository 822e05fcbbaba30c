import type { Sql } from '../stage/sql.js';
import { EVENT_COLUMNS } from '../stage/tables.js';

const ROW_HASH = hashOf(EVENT_COLUMNS);

/** The outcome of the records of a load, as ClickHouse counts them. */
export interface RowsCheck {
  readonly rows: number;
  readonly lost: number;
  readonly doubled: number;
  readonly hash: string;
}

/** For moves that may duplicate rows and still be exact. */
export interface DistinctCheck extends RowsCheck {
  /** Over each distinct row once. */
  readonly distinctHash: string;
}

/** Every event has a unique id in the first column. Missing ids are lost, and rows beyond one per id are duplicated. */
export async function checkRows(
  sql: Sql,
  table: string,
  records: number,
  columns: readonly string[] = EVENT_COLUMNS,
): Promise<RowsCheck> {
  const answer = await sql(`SELECT count(), uniqExact(${columns[0]}) FROM ${table}`);
  const [rows = 0, distinct = 0] = answer.split('\t').map(Number);
  const hash = await hashRows(sql, table, columns);
  return { rows, lost: records - distinct, doubled: rows - distinct, hash };
}

export async function checkDistinctRows(
  sql: Sql,
  table: string,
  records: number,
): Promise<DistinctCheck> {
  const check = await checkRows(sql, table, records);
  const distinctHash = await sql(
    `SELECT sum(hash) FROM (SELECT DISTINCT ${ROW_HASH} AS hash FROM ${table})`,
  );
  return { ...check, distinctHash };
}

/** Equal for the same rows in any order. For events: all columns except `processed_at` and lineage. */
export function hashRows(
  sql: Sql,
  table: string,
  columns: readonly string[] = EVENT_COLUMNS,
): Promise<string> {
  return sql(`SELECT sum(${hashOf(columns)}) FROM ${table}`);
}

function hashOf(columns: readonly string[]): string {
  return `cityHash64(${columns.join(', ')})`;
}
