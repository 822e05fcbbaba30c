import { readdirSync, readFileSync } from 'node:fs';

/** What a process has used since its start, from /proc (Linux only). */
export interface Usage {
  readonly cpuSeconds: number;
  /** The largest resident memory. */
  readonly peakMiB: number;
}

/** Clock ticks per second: the same on every Linux architecture that Node supports. */
const TICKS_PER_SECOND = 100;
const KIB_PER_MIB = 1_024;

/** Of a process and all running processes that it has started. Zero for one that is gone. */
export function usageOf(pid: number): Usage {
  const all = withDescendants(pid);
  return {
    cpuSeconds: all.reduce((sum, each) => sum + cpuSeconds(each), 0),
    peakMiB: all.reduce((sum, each) => sum + statusMiB(each, 'VmHWM'), 0),
  };
}

/** The current memory of a process and of all processes that it has started. */
export function residentMiB(pid: number): number {
  return withDescendants(pid).reduce((sum, each) => sum + statusMiB(each, 'VmRSS'), 0);
}

/** A process and all running processes that it has started. */
export function withDescendants(pid: number): readonly number[] {
  return [pid, ...childrenOf(pid).flatMap(withDescendants)];
}

function childrenOf(pid: number): readonly number[] {
  return threadIdsOf(pid).flatMap((thread) =>
    (read(`/proc/${pid}/task/${thread}/children`) ?? '')
      .split(' ')
      .filter((text) => text !== '')
      .map(Number),
  );
}

/** Empty for a process that is gone. */
export function threadIdsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** User and system time of a process and of its children that have ended. */
function cpuSeconds(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  return stat === undefined ? 0 : secondsOf(stat, 'with children');
}

/** User and system time from the `stat` of a process or of a thread, alone or with its children that have ended. */
export function secondsOf(stat: string, whose: 'self' | 'with children'): number {
  // The name, in brackets, may contain anything. After it comes the third field.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const times = fields.slice(11, whose === 'self' ? 13 : 15);
  return times.reduce((sum, field) => sum + Number(field), 0) / TICKS_PER_SECOND;
}

function statusMiB(pid: number, field: 'VmHWM' | 'VmRSS'): number {
  const line = RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(read(`/proc/${pid}/status`) ?? '');
  return Number(line?.[1] ?? 0) / KIB_PER_MIB;
}

/** Undefined for a process or a thread that is gone. */
export function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
