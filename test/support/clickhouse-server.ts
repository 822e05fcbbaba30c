import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A separate ClickHouse for tests that kill it, or that need a password. */
export interface OwnClickHouse {
  url(): string;
  kill(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  /** With the same data and port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startOwnClickHouse(
  options: { readonly password?: string } = {},
): Promise<OwnClickHouse> {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-clickhouse-'));
  const start = (port: number) =>
    listening(spawnFront({ directory, port, password: options.password ?? '' }));
  let running = await start(0);
  const end = async (signal: NodeJS.Signals) => {
    const { process } = running;
    if (process.exitCode !== null || process.signalCode !== null) return;
    const ended = once(process, 'exit');
    process.kill(signal);
    await ended;
  };
  return {
    url: () => `http://127.0.0.1:${running.port}`,
    async kill(signal) {
      if (signal === 'SIGKILL') await end(signal);
      else running.process.kill(signal);
    },
    async restart() {
      await end('SIGKILL');
      running = await start(running.port);
    },
    async stop() {
      running.process.kill('SIGCONT');
      await end('SIGTERM');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

interface FrontOptions {
  readonly directory: string;
  readonly port: number;
  readonly password: string;
}

function spawnFront({ directory, port, password }: FrontOptions): ChildProcess {
  const front = ['--import', 'tsx', 'dev/clickhouse/main.ts', '--parent-watch'];
  const options = ['--data', directory, '--port', String(port), '--password', password];
  return spawn(process.execPath, [...front, ...options], { stdio: ['pipe', 'pipe', 'pipe'] });
}

interface Listening {
  readonly process: ChildProcess;
  readonly port: number;
}

async function listening(process: ChildProcess): Promise<Listening> {
  const { stdout, stderr } = process;
  if (stdout === null || stderr === null) throw new Error('the front has no output to read');
  let said = '';
  stderr.on('data', (text) => (said += String(text)));
  for await (const line of createInterface(stdout)) {
    if (!line.startsWith('{')) continue;
    const { port } = JSON.parse(line) as { port: number };
    stdout.resume();
    return { process, port };
  }
  throw new Error(`ClickHouse did not start: ${said}`);
}
