import { waitUntil } from '../support/wait-until.js';
import { existing, type Witness } from './oracle.js';

/** A pipeline that reports to be done, and adds nothing for this long, has omitted what is missing. */
const DONE_MS = 15_000;

export interface Recovery {
  /**
   * Causes a fault, and repairs what must be repaired from outside. Measures from then on how long it takes until rows
   * arrive again.
   */
  strike(fault: () => Promise<void>): Promise<void>;
  /** Waits until everything that was written is decided. */
  caughtUp(): Promise<void>;
  /** The number of existing rows and dead letters, cheaply counted. */
  arrived(): Promise<number>;
  readonly measured: { strikes: number; longestMs: number };
}

export function createRecovery(witness: Witness, saysDone: () => Promise<boolean>): Recovery {
  const measured = { strikes: 0, longestMs: 0 };
  const { expectation } = witness;
  return {
    measured,
    async caughtUp() {
      let last = { count: -1, atMs: 0 };
      const isOver = async () => {
        const count = await decided(witness);
        if (count >= expectation.size) return true;
        if (count !== last.count || !(await saysDone())) last = { count, atMs: performance.now() };
        return performance.now() - last.atMs > DONE_MS;
      };
      await waitUntil(isOver, {
        what: `all ${expectation.size} records that were written are decided about`,
      });
    },
    arrived: () => arrived(witness),
    async strike(fault) {
      await fault();
      measured.strikes += 1;
      const sinceMs = performance.now();
      const before = await arrived(witness);
      const isOver = async () => {
        const now = await arrived(witness);
        return now > before || now >= expectation.announced;
      };
      await waitUntil(isOver, { what: 'rows come again after the fault' });
      measured.longestMs = Math.max(measured.longestMs, performance.now() - sinceMs);
    },
  };
}

async function arrived({ tables, letterTables, sql }: Witness): Promise<number> {
  const there = await existing([...tables, ...letterTables], sql);
  const counts = await Promise.all(
    there.map((table) => sql<{ n: string }>(`SELECT toString(count()) AS n FROM ${table}`)),
  );
  return counts.reduce((sum, [row]) => sum + Number(row?.n ?? 0), 0);
}

/** Distinct records that are rows, dead letters, or skipped by a decision. */
async function decided({ tables, letterTables, sql }: Witness): Promise<number> {
  const rows = await existing(tables, sql);
  const letters = await existing(letterTables, sql);
  const places = rows.map((table) => `SELECT _epoch, _partition, _offset FROM ${table}`);
  const questions = [
    ...(places.length > 0
      ? [
          `SELECT toString(uniqExact(_epoch, _partition, _offset)) AS n FROM (${places.join(' UNION ALL ')})`,
        ]
      : []),
    ...letters.map((table) => `SELECT toString(sum(_end - _offset)) AS n FROM ${table} FINAL`),
  ];
  const counts = await Promise.all(questions.map((question) => sql<{ n: string }>(question)));
  return counts.reduce((sum, [row]) => sum + Number(row?.n ?? 0), 0);
}
