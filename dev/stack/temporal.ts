import { Connection } from '@temporalio/client';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { serverEnvironment } from './environment.js';
import type { ServerCommand } from './server-command.js';

export interface TemporalPlan {
  readonly folder: string;
  readonly port: number;
  readonly uiPort: number;
  /** The program `temporal`. */
  readonly program: string;
  /** More flags for `temporal server start-dev`. */
  readonly flags: readonly string[];
}

const ANSWER_TIMEOUT_MS = 2_000;

/** Temporal's development server with its UI. Workflows survive a restart, in a file. */
export async function temporalCommand(plan: TemporalPlan): Promise<ServerCommand> {
  const { folder, port } = plan;
  await mkdir(folder, { recursive: true });
  return {
    name: 'Temporal',
    address: `127.0.0.1:${port}`,
    command: plan.program,
    arguments: [
      ...['server', 'start-dev', '--ip', '127.0.0.1'],
      ...['--port', String(port), '--ui-port', String(plan.uiPort)],
      ...['--db-filename', join(folder, 'temporal.db'), '--log-level', 'warn'],
      // Do not contact the internet.
      '--ui-disable-news-fetch',
      // Ignore the settings of the user's own command line.
      ...['--disable-config-file', '--disable-config-env'],
      ...plan.flags,
    ],
    environment: serverEnvironment(),
    workFolder: folder,
    logFile: join(folder, 'temporal.log'),
    isReady: () => answers(port),
    advice: `Free ports ${port} and ${plan.uiPort}, or give other ones; if its data is damaged, remove ${folder}.`,
  };
}

/** It is up when it knows its namespace, which it creates a moment after it listens. */
async function answers(port: number): Promise<boolean> {
  // Check first whether anything listens: a refused connection would wait a second before it tries again.
  if (!(await listens(port))) return false;
  const connection = Connection.lazy({ address: `127.0.0.1:${port}` });
  try {
    await connection.withDeadline(Date.now() + ANSWER_TIMEOUT_MS, () =>
      connection.workflowService.describeNamespace({ namespace: 'default' }),
    );
    return true;
  } catch {
    return false;
  } finally {
    await connection.close();
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
