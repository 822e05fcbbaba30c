import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A separate front for one test, in its own process. */
export interface Front {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly version: string;
  readonly process: ChildProcess;
  client(options?: NonNullable<Parameters<typeof createClient>[0]>): ClickHouseClient;
  /** Resolves with the exit code, or the signal's name. */
  end(signal?: NodeJS.Signals): Promise<number | string>;
}

export interface FrontFolder {
  readonly path: string;
  start(...args: readonly string[]): Promise<Front>;
  /** Ends what still runs, and removes the tables. */
  remove(): Promise<void>;
}

const REPOSITORY = new URL('../../..', import.meta.url);

/** A folder for tables, for several fronts one after the other. */
export function createFrontFolder(): FrontFolder {
  const path = mkdtempSync(join(tmpdir(), 'millrace-front-test-'));
  const started: Front[] = [];
  return {
    path,
    async start(...args) {
      const front = await startFront(['--data', join(path, 'data'), '--port', '0', ...args]);
      started.push(front);
      return front;
    },
    async remove() {
      for (const front of started) await front.end('SIGKILL');
      rmSync(path, { recursive: true, force: true });
    },
  };
}

export function spawnFront(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', 'dev/clickhouse/main.ts', ...args], {
    cwd: REPOSITORY,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

async function startFront(args: readonly string[]): Promise<Front> {
  const child = spawnFront(args);
  const complaints: string[] = [];
  child.stderr!.on('data', (text: Buffer) => complaints.push(String(text)));
  for await (const line of createInterface(child.stdout!)) {
    const { port, version } = JSON.parse(line) as { port: number; version: string };
    return toFront(child, { port, version, isSecure: args.includes('--tls-cert') });
  }
  throw new Error(`the front did not start: ${complaints.join('')}`);
}

function toFront(
  child: ChildProcess,
  { port, version, isSecure }: { port: number; version: string; isSecure: boolean },
): Front {
  const url = `${isSecure ? 'https' : 'http'}://127.0.0.1:${port}`;
  const clients: ClickHouseClient[] = [];
  return {
    url,
    port,
    version,
    pid: child.pid!,
    process: child,
    client(options = {}) {
      const client = createClient({ url, log: { level: ClickHouseLogLevel.OFF }, ...options });
      clients.push(client);
      return client;
    },
    async end(signal = 'SIGTERM') {
      for (const client of clients) await client.close();
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit');
        child.kill(signal);
        await exited;
      }
      return child.exitCode ?? child.signalCode!;
    },
  };
}

/** Files with bodies of inserts: named ones, and unnamed ones that the process has open, with their sizes. */
export function bodyFilesOf({ pid }: Front): readonly string[] {
  const named = ['/dev/shm', tmpdir()].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.startsWith(`millrace-insert-${pid}-`))
      .map((name) => join(folder, name)),
  );
  const nameless = readdirSync(`/proc/${pid}/fd`)
    .map((descriptor) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${descriptor}`);
      } catch {
        return '';
      }
    })
    .filter((target) => target.includes('millrace-insert-'));
  return [...named, ...nameless];
}
