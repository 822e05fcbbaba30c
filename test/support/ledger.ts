import { eventId } from '../../dev/events/event-id.js';
import type { Produced } from '../../dev/events/fast-producer.js';

/** What became of the produced records, according to the servers, without the pipeline's own counters. */
export interface Ledger {
  readonly produced: number;
  readonly rows: number;
  readonly deadLetters: number;
  /** Records that are neither a row nor a dead letter. */
  readonly missing: number;
  /** Rows and dead letters beyond one per record. */
  readonly doubled: number;
  /** Rows with another event than the one that was produced at their position. */
  readonly wrong: number;
}

export interface LedgerSource {
  readonly database: string;
  readonly table: string;
  readonly seed: number;
  readonly produced: readonly Produced[];
  sql<Row>(statement: string): Promise<readonly Row[]>;
}

export async function readLedger(source: LedgerSource): Promise<Ledger> {
  const { produced, seed } = source;
  const expected = new Map<string, string>();
  for (const { partition, firstIndex, firstOffset, count } of produced) {
    for (let index = 0; index < count; index++) {
      const id = eventId({ seed, partition }, firstIndex + index);
      expected.set(`${partition}/${firstOffset + index}`, id);
    }
  }
  const seen = new Map<string, number>();
  const count = (key: string) => seen.set(key, (seen.get(key) ?? 0) + 1);
  let wrong = 0;
  const rows = await rowsOf(source);
  for (const [key, id] of rows) {
    count(key);
    if (expected.get(key) !== id) wrong += 1;
  }
  const letters = await lettersOf(source);
  for (const key of letters) count(key);
  let missing = 0;
  for (const key of expected.keys()) if (!seen.has(key)) missing += 1;
  const total = rows.length + letters.length;
  return {
    produced: expected.size,
    rows: rows.length,
    deadLetters: letters.length,
    missing,
    doubled: total - seen.size,
    wrong,
  };
}

async function rowsOf({ database, table, sql }: LedgerSource) {
  if (!(await exists({ database, table, sql }))) return [];
  const rows = await sql<{ k: string; i: string }>(
    `SELECT concat(toString(_partition), '/', toString(_offset)) AS k, event_id AS i FROM ${database}.${table}`,
  );
  return rows.map(({ k, i }) => [k, i] as const);
}

async function lettersOf({ database, table, sql }: LedgerSource): Promise<readonly string[]> {
  const letters = `${table}_dead_letters`;
  if (!(await exists({ database, table: letters, sql }))) return [];
  const rows = await sql<{ k: string }>(
    `SELECT concat(toString(_partition), '/', toString(_offset)) AS k FROM ${database}.${letters} FINAL`,
  );
  return rows.map(({ k }) => k);
}

async function exists({
  database,
  table,
  sql,
}: Pick<LedgerSource, 'database' | 'table' | 'sql'>): Promise<boolean> {
  const rows = await sql<{ result: number }>(`EXISTS TABLE ${database}.${table}`);
  return rows[0]?.result === 1;
}
