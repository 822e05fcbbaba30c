import { readFileSync } from 'node:fs';
import { type Config, parseConfig } from '../config/environment.js';
import { readEnvironment } from '../config/load-environment.js';
import type { WorkerOptions } from './run-worker.js';
import { StartError } from './start-error.js';

/**
 * Reads the worker's settings from environment variables. The default is the process's environment and the `.env` file of the
 * working directory. Throws `StartError` with every fault at once. The result holds secrets: do not log it.
 */
export function configFromEnvironment(
  environment: Readonly<Record<string, string | undefined>> = readEnvironment(),
): Config {
  const parsed = parseConfig(environment, (path) => readFileSync(path, 'utf8'));
  if (parsed.kind === 'valid') return parsed.config;
  const faults = parsed.faults.map((fault) => `\n  ${fault}`).join('');
  throw new StartError(`This environment can't be used:${faults}`);
}

/**
 * Runs a worker until SIGTERM or SIGINT. Call it once per process. It waits while Temporal is down. Rejects with `StartError` if
 * the worker can never start. Exit the process then.
 */
export async function runWorker(options: WorkerOptions): Promise<void> {
  // Imported late: config files import this package, and they need neither Temporal's native core nor a driver.
  const worker = await import('./run-worker.js');
  await worker.runWorker(options);
}
