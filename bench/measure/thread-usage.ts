import { read, secondsOf, threadIdsOf, withDescendants } from './process-usage.js';

/** CPU seconds of one thread since its start, from /proc (Linux only). */
export interface ThreadUsage {
  /** `main` for the main thread of a process. Otherwise as the program has named it, without numbers. */
  readonly name: string;
  readonly cpuSeconds: number;
}

export type ThreadUsages = ReadonlyMap<string, ThreadUsage>;

/** The threads of a process and of all processes that it has started, by process and thread id. */
export function threadsOf(pid: number): ThreadUsages {
  return new Map(withDescendants(pid).flatMap(threadsOfProcess));
}

/** CPU seconds by name of the thread. A thread that has ended in between is left out: /proc no longer has it. */
export function secondsByName(
  before: ThreadUsages,
  after: ThreadUsages,
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [id, { name, cpuSeconds }] of after) {
    const seconds = cpuSeconds - (before.get(id)?.cpuSeconds ?? 0);
    sums.set(name, (sums.get(name) ?? 0) + seconds);
  }
  return sums;
}

function threadsOfProcess(pid: number): readonly (readonly [string, ThreadUsage])[] {
  return threadIdsOf(pid).flatMap((id) => {
    const stat = read(`/proc/${pid}/task/${id}/stat`);
    if (stat === undefined) return [];
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const shown = id === String(pid) ? 'main' : name.replaceAll(/[\d#-]+/g, '');
    return [[`${pid}/${id}`, { name: shown, cpuSeconds: secondsOf(stat, 'self') }] as const];
  });
}
