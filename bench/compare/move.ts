import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TableWatch, watchTable } from '../measure/watch-table.js';
import type { Job, Mover, MoverProcess, MoverRun } from '../movers/mover.js';
import type { Load } from '../stage/load.js';
import type { Stage } from '../stage/stage.js';
import { EVENT_SHAPE, plainTable, TABLE, withDatabase } from '../stage/tables.js';

/** A mover with its own table, ready to start. */
export interface Move {
  readonly job: Job;
  /** Includes the database. */
  readonly table: string;
  readonly run: MoverRun;
  readonly watch: TableWatch;
  /** All processes that were started. */
  readonly processes: readonly MoverProcess[];
  readonly startProcess: () => Promise<MoverProcess>;
}

/**
 * A mover that moves nothing for this long has stopped. The Kafka clients of peers take up to 45 s to notice a dead one.
 */
const PATIENCE_MS = 90_000;

/** Sets a mover up, lets `use` move the load, and removes everything afterwards. */
export async function withMove<T>(
  { stack, sql }: Stage,
  mover: Mover,
  { topic, partitions, shape = EVENT_SHAPE }: Pick<Load, 'topic' | 'partitions' | 'shape'>,
  use: (move: Move) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  try {
    return await withDatabase(sql, async (database) => {
      if (mover.table === 'plain') await sql(plainTable(database, TABLE, shape));
      const group = `bench-${randomUUID().slice(0, 8)}`;
      const table = `${database}.${TABLE}`;
      const job = { stack, sql, topic, partitions, group, database, table: TABLE, shape, folder };
      const run = await mover.open(job);
      const processes: MoverProcess[] = [];
      const failure = () => processes.map((each) => each.failure()).find((how) => how !== null);
      const watch = watchTable({
        sql,
        table,
        patienceMs: PATIENCE_MS,
        failure: () => failure() ?? null,
      });
      try {
        const startProcess = async () => {
          const started = await run.startProcess();
          processes.push(started);
          return started;
        };
        return await use({ job, table, run, watch, processes, startProcess });
      } finally {
        await watch.stop();
        await run.end();
        await Promise.all(processes.map((each) => each.stop()));
      }
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
