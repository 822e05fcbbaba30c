import type { Logger } from '@temporalio/worker';
import process from 'node:process';

/** How often to check whether the program that started this one still runs. */
const CHECK_MS = 1_000;

/**
 * Ends a worker that npm started when npm is gone, as SIGTERM would. npm (npx, or a script) dies of a SIGTERM without passing it
 * on, and a worker that lives on unseen keeps taking tasks with an old config. Call it before the worker starts.
 */
export function endWithParent(
  environment: Readonly<Record<string, string | undefined>>,
  logger: Pick<Logger, 'warn'>,
): void {
  const { npm_command: command, npm_lifecycle_event: script } = environment;
  if (command !== 'exec' && script === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    // An orphan gets another parent: process 1, or the nearest one that adopts orphans.
    if (process.ppid === parent) return;
    clearInterval(timer);
    logger.warn(
      'npm has ended without stopping the worker that it started: the worker shuts down, as on SIGTERM. For a service, start node_modules/.bin/millrace worker',
    );
    process.kill(process.pid, 'SIGTERM');
  }, CHECK_MS);
  timer.unref();
}
