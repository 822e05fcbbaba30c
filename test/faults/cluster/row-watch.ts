import { setTimeout as sleep } from 'node:timers/promises';
import type { Scene } from '../scene.js';
import { createGaps, type Gaps } from './gaps.js';

const POLL_MS = 100;

/** Rows as they arrive in the table. */
export interface RowWatch {
  readonly gaps: Gaps;
  end(): Promise<void>;
}

export function watchRows({ sql, table }: Scene): RowWatch {
  const gaps = createGaps();
  const known = new Map<number, number>();
  const ended = new AbortController();
  const poll = async () => {
    const counts = await sql<{ _partition: number; n: string }>(
      `SELECT _partition, toString(count()) AS n FROM ${table} GROUP BY _partition`,
    );
    for (const { _partition: partition, n } of counts) {
      const rows = Number(n);
      if (rows === known.get(partition)) continue;
      known.set(partition, rows);
      gaps.arrived(partition);
    }
  };
  const polling = (async () => {
    while (!ended.signal.aborted) {
      await poll();
      await sleep(POLL_MS);
    }
  })();
  polling.catch(() => undefined);
  return {
    gaps,
    async end() {
      ended.abort();
      await polling;
    },
  };
}
