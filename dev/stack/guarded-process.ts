import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export interface GuardedCommand {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workFolder: string;
  /** The output of the command is appended to this file. */
  readonly logFile: string;
}

export interface GuardedProcess {
  readonly pid: number;
  /** Resolves with a text that says how it ended. Never rejects. */
  readonly ended: Promise<string>;
  kill(signal: NodeJS.Signals): void;
}

const GUARD = fileURLToPath(new URL('guard-process.sh', import.meta.url));

/** Starts a command that ends when this process ends, however it ends. Ctrl-C in the terminal does not reach the command. */
export function startGuarded(guarded: GuardedCommand): GuardedProcess {
  const log = openSync(guarded.logFile, 'a');
  const child = spawn('/bin/sh', [GUARD, guarded.command, ...guarded.arguments], {
    // A new session, because the terminal sends Ctrl-C to every process of the foreground session.
    detached: true,
    // Not standard input, because Node closes that by itself before it reports that the command has ended.
    stdio: ['ignore', log, log, 'pipe'],
    env: guarded.environment,
    cwd: guarded.workFolder,
  });
  closeSync(log);
  const watcher = child.stdio[3] as Writable;
  // The watcher may already be gone, if something killed all processes.
  watcher.on('error', () => undefined);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      resolve(`could not be started (${error.message})`);
    });
    child.once('exit', (code, signal) => {
      watcher.end('over\n');
      resolve(signal === null ? `ended with exit code ${code ?? 0}` : `was ended by ${signal}`);
    });
  });
  return {
    pid: child.pid ?? 0,
    ended,
    kill: (signal) => void child.kill(signal),
  };
}
