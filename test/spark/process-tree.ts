import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';
import { waitUntil } from '../support/wait-until.js';

interface Process {
  readonly pid: number;
  readonly parent: number;
}

/** A process and all its descendants. */
export async function treeOf(pid: number): Promise<readonly number[]> {
  const processes = await running();
  const found = [pid];
  for (const each of found) {
    found.push(...processes.filter(({ parent }) => parent === each).map((child) => child.pid));
  }
  return found;
}

/** As if the machine had failed: none of them can do anything more. */
export async function killAll(pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
  await allGone(pids);
}

export async function allGone(pids: readonly number[]): Promise<void> {
  await waitUntil(async () => !(await running()).some(({ pid }) => pids.includes(pid)), {
    timeoutMs: 120_000,
    what: 'all have ended',
  });
}

/** Except for those that have ended and were not waited for. */
async function running(): Promise<readonly Process[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,stat=']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , state = '']) => !state.startsWith('Z'))
    .map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }));
}
