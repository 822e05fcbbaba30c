import { execFileSync } from 'node:child_process';

/** Current memory of the process. */
export function residentMiB(pid: number): number {
  return (
    Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1_024
  );
}

/** CPU time of the process, because wall time includes the work of others. */
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

/** The largest memory of the process, sampled continuously. */
export async function peakMiBDuring(pid: number, work: Promise<unknown>): Promise<number> {
  let peak = residentMiB(pid);
  const timer = setInterval(() => (peak = Math.max(peak, residentMiB(pid))), 50);
  await work.finally(() => {
    clearInterval(timer);
  });
  return peak;
}
