import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { waitUntil } from './wait-until.js';

/** A worker as its users run it: a separate process, configured only by its environment. */
export interface WorkerProcess {
  readonly pid: number;
  /** Its output, one JSON object per line. */
  log(): string;
  isRunning(): boolean;
  /** Resolves once it takes tasks. */
  ready(): Promise<void>;
  /** Resolves with the exit code once it is gone. Null if a signal ended it. */
  ended(): Promise<number | null>;
  kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): void;
  /** Asks it to exit, and waits until it has. */
  stop(): Promise<void>;
}

const READY = /"state":"RUNNING"[^\n]*\n[^]*"state":"RUNNING"/;

/** The environment contains only what is given: no variables of the developer or of CI reach the worker. */
export function startWorkerProcess(
  environment: Readonly<Record<string, string>>,
  build = inject('workerBuild'),
): WorkerProcess {
  // A folder without a .env file.
  return startWorkerProgram({ environment, arguments: [join(build, 'worker.js')], cwd: tmpdir() });
}

export interface WorkerProgram {
  readonly environment: Readonly<Record<string, string>>;
  /** Flags of Node. */
  readonly arguments: readonly string[];
  readonly cwd: string;
}

/** The same for any program that becomes a worker. */
export function startWorkerProgram(program: WorkerProgram): WorkerProcess {
  const { environment, cwd } = program;
  const child = spawn(process.execPath, program.arguments, {
    cwd,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  }
  const log = () => chunks.join('');
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  running.add(child);
  child.once('exit', () => running.delete(child));
  return {
    pid: child.pid ?? 0,
    log,
    isRunning,
    async ready() {
      await waitUntil(() => READY.test(log()) || !isRunning(), {
        what: 'the worker takes tasks',
      });
      if (!isRunning()) throw new Error(`the worker ended: ${log()}`);
    },
    ended: () => endOf(child),
    kill: (signal) => child.kill(signal),
    async stop() {
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      await endOf(child);
    },
  };
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

async function endOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}
