import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { serverEnvironment } from './environment.js';
import type { ServerCommand } from './server-command.js';

export interface ClickHousePlan {
  readonly folder: string;
  readonly port: number;
  /** More flags for the front. */
  readonly flags: readonly string[];
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ANSWER_TIMEOUT_MS = 2_000;

/** ClickHouse's own engine behind a small HTTP front; tables outlive it. */
export async function clickHouseCommand(plan: ClickHousePlan): Promise<ServerCommand> {
  const { folder, port } = plan;
  await mkdir(folder, { recursive: true });
  const address = `http://127.0.0.1:${port}`;
  return {
    name: 'ClickHouse',
    address,
    command: process.execPath,
    arguments: [
      ...['--import', 'tsx', join(ROOT, 'dev', 'clickhouse', 'main.ts')],
      ...['--data', join(folder, 'data'), '--port', String(port), ...plan.flags],
    ],
    environment: serverEnvironment(),
    // Where `tsx` is found.
    workFolder: ROOT,
    logFile: join(folder, 'clickhouse.log'),
    isReady: () => answers(address),
    advice: `Free port ${port}, or give another one; if its data is damaged, remove ${folder}.`,
  };
}

async function answers(address: string): Promise<boolean> {
  try {
    const response = await fetch(`${address}/ping`, {
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    return response.ok;
  } catch {
    return false;
  }
}
