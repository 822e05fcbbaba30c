import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from '../stage/sql.js';

/** The number of rows in a table over time. */
export interface Sighting {
  /** By the monotonic clock of this process. */
  readonly atMs: number;
  readonly rows: number;
}

export interface TableWatch {
  /** One for each time that more rows were seen than before. */
  readonly sightings: readonly Sighting[];
  /**
   * Resolves with the time at which there were this many rows. Rejects with `NoMoreRows` if none arrived for `patienceMs`, and
   * also if `failure` says that none can arrive.
   */
  untilRows(rows: number): Promise<number>;
  /** Resolves once no row has arrived for this long. */
  untilQuiet(quietMs: number): Promise<void>;
  stop(): Promise<void>;
}

/** The mover has stopped, or has moved all that it will. */
export class NoMoreRows extends Error {
  override readonly name = 'NoMoreRows';
}

export interface WatchOptions {
  readonly sql: Sql;
  readonly table: string;
  readonly patienceMs: number;
  readonly failure: () => string | null;
}

/** A count takes 4 ms of CPU, mostly in the HTTP front: 2 % of two cores, the same for every mover. */
const POLL_MS = 100;

export function watchTable({ sql, table, patienceMs, failure }: WatchOptions): TableWatch {
  const sightings: Sighting[] = [];
  const sinceMs = performance.now();
  let isOver = false;
  const polling = poll();

  async function poll(): Promise<void> {
    while (!isOver) {
      const rows = await countOrNone(sql, table);
      if (rows > (sightings.at(-1)?.rows ?? 0)) sightings.push({ atMs: performance.now(), rows });
      await sleep(POLL_MS);
    }
  }

  const quietForMs = () => performance.now() - (sightings.at(-1)?.atMs ?? sinceMs);

  return {
    sightings,
    async untilRows(rows) {
      for (;;) {
        const reached = sightings.find((each) => each.rows >= rows);
        if (reached !== undefined) return reached.atMs;
        const failed = failure();
        if (failed !== null) throw new Error(failed);
        if (quietForMs() > patienceMs) {
          const seen = sightings.at(-1)?.rows ?? 0;
          throw new NoMoreRows(`no row for ${patienceMs / 1_000} s, after ${seen} of ${rows}`);
        }
        await sleep(POLL_MS / 2);
      }
    },
    async untilQuiet(quietMs) {
      const fromMs = performance.now();
      while (Math.min(quietForMs(), performance.now() - fromMs) < quietMs) await sleep(POLL_MS);
    },
    async stop() {
      isOver = true;
      await polling;
    },
  };
}

/** A table that does not exist yet and a killed server have no rows. */
async function countOrNone(sql: Sql, table: string): Promise<number> {
  try {
    return Number(await sql(`SELECT count() FROM ${table}`));
  } catch {
    return 0;
  }
}
