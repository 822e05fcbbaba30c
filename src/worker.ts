import { ConfigFileError } from './config/config-file-error.js';
import { readEnvironment } from './config/load-environment.js';
import { StartError } from './worker/start-error.js';
import { runStockWorker } from './worker/stock-worker.js';

/** The stock worker: the entry point of the container image. `millrace worker` does the same. */
try {
  await runStockWorker({ environment: readEnvironment(), directory: process.cwd() });
} catch (error) {
  if (!(error instanceof StartError || error instanceof ConfigFileError)) throw error;
  process.stderr.write(`The worker can't start:\n  ${error.message}\n`);
  // Temporal's runtime would keep the process alive although no worker runs.
  process.exit(1);
}
