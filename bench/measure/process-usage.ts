import { readdirSync, readFileSync } from 'node:fs';

/** What a process has used since its start, from /proc: Linux only. */
export interface Usage {
  readonly cpuSeconds: number;
  /** The most it ever had resident. */
  readonly peakMiB: number;
}

/** Linux counts in these on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;
const KIB_PER_MIB = 1_024;

/** Of a process and all that it has started and that still run. Nothing for one that is gone. */
export function usageOf(pid: number): Usage {
  const all = withDescendants(pid);
  return {
    cpuSeconds: all.reduce((sum, each) => sum + cpuSeconds(each), 0),
    peakMiB: all.reduce((sum, each) => sum + statusMiB(each, 'VmHWM'), 0),
  };
}

/** What a process, and all that it has started, have in memory now. */
export function residentMiB(pid: number): number {
  return withDescendants(pid).reduce((sum, each) => sum + statusMiB(each, 'VmRSS'), 0);
}

function withDescendants(pid: number): readonly number[] {
  return [pid, ...childrenOf(pid).flatMap(withDescendants)];
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      (read(`/proc/${pid}/task/${thread}/children`) ?? '')
        .split(' ')
        .filter((text) => text !== '')
        .map(Number),
    );
  } catch {
    return [];
  }
}

/** User and system time of it, and of those of its children that have ended. */
function cpuSeconds(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return 0;
  // The name, in brackets, may hold anything; what follows begins with the third field.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return ticks / TICKS_PER_SECOND;
}

function statusMiB(pid: number, field: 'VmHWM' | 'VmRSS'): number {
  const line = RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(read(`/proc/${pid}/status`) ?? '');
  return Number(line?.[1] ?? 0) / KIB_PER_MIB;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
