import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { serverEnvironment } from './environment.js';
import { ownProgram } from './own-program.js';
import type { ServerCommand } from './server-command.js';

export interface ClickHousePlan {
  readonly folder: string;
  readonly port: number;
  /** The folder whose packages contain the engine; null for this package's own. */
  readonly engineFolder: string | null;
  /** More flags for the front. */
  readonly flags: readonly string[];
}

const ANSWER_TIMEOUT_MS = 2_000;

/** ClickHouse's own engine behind a small HTTP front. Tables survive a restart. */
export async function clickHouseCommand(plan: ClickHousePlan): Promise<ServerCommand> {
  const { folder, port, engineFolder } = plan;
  await mkdir(folder, { recursive: true });
  const program = ownProgram('dev/clickhouse/main');
  const address = `http://127.0.0.1:${port}`;
  return {
    name: 'ClickHouse',
    address,
    command: program.command,
    arguments: [
      ...program.arguments,
      ...(engineFolder === null ? [] : ['--engine', engineFolder]),
      ...['--data', join(folder, 'data'), '--port', String(port), ...plan.flags],
    ],
    environment: serverEnvironment(),
    workFolder: folder,
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
