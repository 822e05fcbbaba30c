import { loadConfigFile } from '../config/config-file.js';
import { configFromEnvironment } from './library.js';
import { endWithParent } from './end-with-parent.js';
import { logToStandardOutput, runWorker } from './run-worker.js';

export interface StockWorkerOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder in which to look for a config file. */
  readonly directory: string;
}

/**
 * Runs a worker with the settings of the environment and the contracts of the config file, until SIGTERM or SIGINT. Throws
 * `StartError` and `ConfigFileError`, whose messages are for people.
 */
export async function runStockWorker({
  environment,
  directory,
}: StockWorkerOptions): Promise<void> {
  const config = configFromEnvironment(environment);
  const logger = logToStandardOutput(config);
  endWithParent(environment, logger);
  const { path, contracts } = await loadConfigFile(config.configFile, directory);
  if (path !== null) {
    logger.info('Contracts loaded', { path, contracts: contracts.map(({ spec }) => spec.name) });
  }
  await runWorker({ config, contracts, environment, logger });
}
