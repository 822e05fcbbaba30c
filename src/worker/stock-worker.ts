import { loadConfigFile } from '../config/config-file.js';
import { configFromEnvironment } from './library.js';
import { logToStandardOutput, runWorker } from './run-worker.js';

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
  const config = configFromEnvironment(environment);
  const logger = logToStandardOutput(config);
  const { path, contracts } = await loadConfigFile(config.configFile, directory);
  if (path !== null) {
    logger.info('Contracts loaded', { path, contracts: contracts.map(({ spec }) => spec.name) });
  }
  await runWorker({ config, contracts, environment, logger });
}
