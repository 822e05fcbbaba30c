import { checkRows } from '../measure/check-rows.js';
import { secondsByName, type ThreadUsages, threadsOf } from '../measure/thread-usage.js';
import { usageOf } from '../measure/process-usage.js';
import { withMove } from '../compare/move.js';
import type { Mover } from '../movers/mover.js';
import type { Load } from '../stage/load.js';
import type { Stage } from '../stage/stage.js';
import { PROCESS_NAMES, type ProcessName } from './figures.js';
import { ENDED_THREADS, kindOf } from './thread-kinds.js';

const MICROS = 1e6;

/** One move. */
export interface ThreadMove {
  readonly lost: number;
  readonly doubled: number;
  /** µs of CPU per row, by process and by what its threads do. */
  readonly micros: Readonly<Record<ProcessName, ReadonlyMap<string, number>>>;
}

interface Snapshot {
  readonly threads: ThreadUsages;
  readonly cpuSeconds: number;
}

const NOTHING: Snapshot = { threads: new Map(), cpuSeconds: 0 };

/** Moves the load once, and measures each thread of the worker and of the servers. */
export function moveWithThreads(stage: Stage, mover: Mover, load: Load): Promise<ThreadMove> {
  return withMove(stage, mover, load, async ({ table, run, watch, startProcess }) => {
    const { records } = load;
    const { clickHouse, kafka, temporal } = stage.stack;
    const servers = { ClickHouse: clickHouse.pid, Kafka: kafka.pid, Temporal: temporal.pid };
    const snapshots = (worker: number | null) =>
      mapProcesses((name) => snapshotOf(name === 'worker' ? worker : servers[name]));
    const before = snapshots(null);
    const { pid } = await startProcess();
    await run.begin();
    await watch.untilRows(records);
    const after = snapshots(pid);
    const { lost, doubled } = await checkRows(stage.sql, table, records, load.columns);
    const micros = mapProcesses((name) => {
      const seconds = secondsByKind(name, before[name], after[name]);
      return new Map([...seconds].map(([kind, each]) => [kind, (each * MICROS) / records]));
    });
    return { lost, doubled, micros };
  });
}

function mapProcesses<T>(make: (name: ProcessName) => T): Readonly<Record<ProcessName, T>> {
  const entries = PROCESS_NAMES.map((name) => [name, make(name)] as const);
  return Object.fromEntries(entries) as Record<ProcessName, T>;
}

function snapshotOf(pid: number | null): Snapshot {
  if (pid === null) return NOTHING;
  return { threads: threadsOf(pid), cpuSeconds: usageOf(pid).cpuSeconds };
}

function secondsByKind(name: ProcessName, before: Snapshot, after: Snapshot) {
  const sums = new Map<string, number>();
  let known = 0;
  for (const [thread, seconds] of secondsByName(before.threads, after.threads)) {
    const kind = kindOf(name, thread);
    sums.set(kind, (sums.get(kind) ?? 0) + seconds);
    known += seconds;
  }
  const ended = after.cpuSeconds - before.cpuSeconds - known;
  const kind = kindOf(name, ENDED_THREADS);
  return sums.set(kind, (sums.get(kind) ?? 0) + Math.max(0, ended));
}
