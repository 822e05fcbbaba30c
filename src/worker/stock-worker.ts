import { readFileSync } from 'node:fs';
import { loadConfigFile } from '../config/config-file.js';
import { parseConfig } from '../config/environment.js';
import { logToStandardOutput, runWorker } from './run-worker.js';
import { StartError } from './start-error.js';

export interface StockWorkerOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where a config file is looked for. */
  readonly directory: string;
}

/** A worker with the environment's settings and the config file's contracts, until SIGTERM or SIGINT. Throws errors for people. */
export async function runStockWorker({
  environment,
  directory,
}: StockWorkerOptions): Promise<void> {
  const parsed = parseConfig(environment, (path) => readFileSync(path, 'utf8'));
  if (parsed.kind === 'invalid') {
    const faults = parsed.faults.map((fault) => `\n  ${fault}`).join('');
    throw new StartError(`This environment can't be used:${faults}`);
  }
  const { config } = parsed;
  const logger = logToStandardOutput(config);
  const { path, contracts } = await loadConfigFile(config.configFile, directory);
  if (path !== null) {
    logger.info('Contracts loaded', { path, contracts: contracts.map(({ spec }) => spec.name) });
  }
  await runWorker({ config, contracts, environment, logger });
}
