import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from '../stage/sql.js';

/** The offsets of a partition that could be queried at a time. Blocks add offsets in ascending order. */
export interface OffsetSighting {
  /**
   * Milliseconds since 1970, as in Kafka's timestamps. Taken after the answer, so that no row seems to exist too early.
   */
  readonly atMs: number;
  readonly partition: number;
  /** The highest offset that was found. */
  readonly offset: number;
}

export interface OffsetWatch {
  /** Ordered by time. */
  readonly sightings: readonly OffsetSighting[];
  stop(): Promise<void>;
}

/** Measured times are late by half of this on average, and by this at most. */
const POLL_MS = 20;

export interface WatchedPartitions {
  /** A condition in SQL. */
  readonly where: string;
  readonly count: number;
}

/**
 * Polls which rows with lineage exist, in the given partitions, by default in all. Rows below the lowest end that was seen are not
 * queried again, so partitions must grow together, or their number must be given.
 */
export function watchOffsets(sql: Sql, table: string, which?: WatchedPartitions): OffsetWatch {
  const sightings: OffsetSighting[] = [];
  const last = new Map<number, number>();
  let isOver = false;
  const polling = poll();

  async function poll(): Promise<void> {
    while (!isOver) {
      // Old rows need not be read again, because the table has an index of offsets.
      const isAllSeen = last.size >= (which?.count ?? 1);
      const from = isAllSeen ? Math.min(...last.values()) : 0;
      const answer = await sql(
        `SELECT _partition, max(_offset) FROM ${table} WHERE ${which?.where ?? 'true'} AND _offset >= ${from} GROUP BY _partition`,
      );
      const atMs = Date.now();
      for (const line of answer.split('\n').filter((text) => text !== '')) {
        const [partition = 0, offset = 0] = line.split('\t').map(Number);
        if (offset <= (last.get(partition) ?? -1)) continue;
        last.set(partition, offset);
        sightings.push({ atMs, partition, offset });
      }
      await sleep(POLL_MS);
    }
  }

  return {
    sightings,
    async stop() {
      isOver = true;
      await polling;
    },
  };
}
