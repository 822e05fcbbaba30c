import type { Produced } from '../events/fast-producer.js';

export interface Counts {
  readonly rows: number;
  readonly deadLetters: number;
  /** Records that are neither a row nor a dead letter. */
  readonly lost: number;
  /** Rows and dead letters beyond one for each record. */
  readonly doubled: number;
}

/** Rows and dead letters, as they are counted fastest: to show progress. */
export async function countDecided(url: string, table: string): Promise<number> {
  const counts = await Promise.all(
    [table, lettersOf(table)].map(async (each) => {
      if ((await ask(url, `EXISTS TABLE ${each}`)) === '0') return 0;
      return Number(await ask(url, `SELECT count() FROM ${each}`));
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Counts what became of exactly those records that were produced, by their offsets. */
export async function countRecords(
  url: string,
  table: string,
  produced: readonly Produced[],
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
  return { rows, deadLetters, lost: wanted - decided, doubled: rows + deadLetters - decided };
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
