import type { Produced } from '../events/fast-producer.js';

export interface Counts {
  readonly rows: number;
  readonly deadLetters: number;
  /** Records that are neither a row nor a dead letter, and were not filtered. */
  readonly lost: number;
  /** Rows and dead letters beyond one for each record. */
  readonly doubled: number;
}

/** The database of a table that is named with one. */
export async function createDatabaseOf(url: string, table: string): Promise<void> {
  const [database, name] = table.split('.');
  if (name !== undefined) await ask(url, `CREATE DATABASE IF NOT EXISTS ${database ?? ''}`);
}

export interface Moved {
  readonly table: string;
  readonly produced: readonly Produced[];
  /** Records that the contract leaves out: they are nowhere in ClickHouse. */
  readonly filtered: number;
}

/** Counts what became of exactly those records that were produced, by their offsets. */
export async function countRecords(
  url: string,
  { table, produced, filtered }: Moved,
): Promise<Counts> {
  const ranges = produced
    .map(
      ({ partition, firstOffset, count }) =>
        `(_partition = ${partition} AND _offset >= ${firstOffset} AND _offset < ${firstOffset + count})`,
    )
    .join(' OR ');
  const rows = Number(await ask(url, `SELECT count() FROM ${table}`));
  const deadLetters = Number(await ask(url, `SELECT count() FROM ${lettersOf(table)} FINAL`));
  const decided = Number(
    await ask(
      url,
      `SELECT uniqExact(_partition, _offset) FROM (
         SELECT _partition, _offset FROM ${table}
         UNION ALL SELECT _partition, _offset FROM ${lettersOf(table)} FINAL
       ) WHERE ${ranges}`,
    ),
  );
  const wanted = produced.reduce((sum, { count }) => sum + count, 0);
  return {
    rows,
    deadLetters,
    lost: wanted - decided - filtered,
    doubled: rows + deadLetters - decided,
  };
}

function lettersOf(table: string): string {
  return `${table}_dead_letters`;
}

async function ask(url: string, sql: string): Promise<string> {
  const response = await fetch(url, { method: 'POST', body: sql });
  const text = await response.text();
  if (!response.ok) throw new Error(`ClickHouse refused ${sql}: ${text}`);
  return text.trim();
}
