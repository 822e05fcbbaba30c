import { execFileSync } from 'node:child_process';

/** Memory that the process has now. */
export function residentMiB(pid: number): number {
  return (
    Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1_024
  );
}

/** What the process has had of the processor: the clock on the wall counts what others do as well. */
export function cpuSeconds(pid: number): number {
  const [hours = 0, minutes = 0, seconds = 0] = execFileSync(
    'ps',
    ['-o', 'time=', '-p', String(pid)],
    { encoding: 'utf8' },
  )
    .trim()
    .split(':')
    .map(Number);
  return (hours * 60 + minutes) * 60 + seconds;
}

/** The most that the process has, looked at all along. */
export async function peakMiBDuring(pid: number, work: Promise<unknown>): Promise<number> {
  let peak = residentMiB(pid);
  const timer = setInterval(() => (peak = Math.max(peak, residentMiB(pid))), 50);
  await work.finally(() => {
    clearInterval(timer);
  });
  return peak;
}
