import { checkRows } from '../measure/check-rows.js';
import { usageOf } from '../measure/process-usage.js';
import { steadyRate } from '../measure/rates.js';
import type { Mover } from '../movers/mover.js';
import type { Load } from '../stage/load.js';
import type { MoveFigures } from './figures.js';
import type { Stage } from '../stage/stage.js';
import { withMove } from './move.js';

const MICROS = 1e6;

/** Moves the load once, undisturbed, and measures it. */
export function moveWhole(stage: Stage, mover: Mover, load: Load): Promise<MoveFigures> {
  return withMove(stage, mover, load, async ({ table, run, watch, startProcess }) => {
    const { records } = load;
    const before = serverSeconds(stage);
    const startedMs = performance.now();
    const started = await startProcess();
    await run.begin();
    const endedMs = await watch.untilRows(records);
    const after = serverSeconds(stage);
    const usage = started.pid === null ? null : usageOf(started.pid);
    const historyEvents = await run.historyEvents();
    const { lost, doubled, hash } = await checkRows(stage.sql, table, records, load.columns);
    const perRecord = (seconds: number) => (seconds * MICROS) / records;
    return {
      mover: mover.name,
      records,
      wholeRate: records / ((endedMs - startedMs) / 1_000),
      steadyRate: steadyRate(watch.sightings, records),
      cpuMicros: {
        mover: usage === null ? null : perRecord(usage.cpuSeconds),
        clickHouse: perRecord(after.clickHouse - before.clickHouse),
        kafka: perRecord(after.kafka - before.kafka),
        temporal: perRecord(after.temporal - before.temporal),
      },
      peakMiB: usage?.peakMiB ?? null,
      lost,
      doubled,
      isExact: load.hash === null ? null : hash === load.hash,
      historyEvents,
    };
  });
}

function serverSeconds({ stack }: Stage) {
  const seconds = (pid: number | null) => (pid === null ? 0 : usageOf(pid).cpuSeconds);
  return {
    clickHouse: seconds(stack.clickHouse.pid),
    kafka: seconds(stack.kafka.pid),
    temporal: seconds(stack.temporal.pid),
  };
}
