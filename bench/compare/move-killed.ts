import { checkDistinctRows, checkRows } from '../measure/check-rows.js';
import { usageOf } from '../measure/process-usage.js';
import { NoMoreRows } from '../measure/watch-table.js';
import { longestStallMs } from '../measure/rates.js';
import type { Mover, MoverProcess } from '../movers/mover.js';
import type { Load } from '../stage/load.js';
import type { KillFigures } from './figures.js';
import type { Stage } from '../stage/stage.js';
import { type Move, withMove } from './move.js';

const KILL_AT = 0.45;

/** Inserts that were sent before the kill may still arrive, and rows that were read twice may be late. */
const QUIET_MS = 5_000;

/** Moves the load once, with a SIGKILL of the mover at 45 %. */
export function moveKilled(stage: Stage, mover: Mover, load: Load): Promise<KillFigures> {
  return withMove(stage, mover, load, async (move) => {
    const { table, run, watch, processes, startProcess } = move;
    const { records } = load;
    await startProcess();
    if (mover.canShare) await startProcess();
    await run.begin();
    await watch.untilRows(records * KILL_AT);
    const victim = busiest(processes);
    const killedMs = performance.now();
    await victim.kill();
    if (!mover.canShare) await startProcess();
    await untilComplete(stage, move, records);
    await watch.untilQuiet(QUIET_MS);
    const { lost, doubled, distinctHash } = await checkDistinctRows(stage.sql, table, records);
    return {
      mover: mover.name,
      records,
      lost,
      doubled,
      isExact: load.hash === null ? null : distinctHash === load.hash,
      stallSeconds: longestStallMs(watch.sightings, killedMs) / 1_000,
      hadSecond: mover.canShare,
    };
  });
}

/** Of two processes that share the work, the one that is doing more of it. */
function busiest(processes: readonly MoverProcess[]): MoverProcess {
  const [first, ...others] = processes;
  if (first === undefined) throw new Error('no process was started, so none can be killed');
  const work = (pid: number | null) => (pid === null ? 0 : usageOf(pid).cpuSeconds);
  return others.reduce((most, each) => (work(each.pid) > work(most.pid) ? each : most), first);
}

/** Waits until every record is in the table, or no more arrive. Records that are missing then are lost. */
async function untilComplete(
  { sql }: Stage,
  { table, watch }: Move,
  records: number,
): Promise<void> {
  for (let rows = records; ; rows = (watch.sightings.at(-1)?.rows ?? 0) + 1) {
    try {
      await watch.untilRows(rows);
    } catch (error) {
      if (error instanceof NoMoreRows) return;
      throw error;
    }
    if ((await checkRows(sql, table, records)).lost === 0) return;
  }
}
