import { ConfigFileError } from './config/config-file-error.js';
import { readEnvironment } from './config/load-environment.js';
import { StartError } from './worker/start-error.js';
import { runStockWorker } from './worker/stock-worker.js';

/** The stock worker, as images start it. `millrace worker` is the same. */
try {
  await runStockWorker({ environment: readEnvironment(), directory: process.cwd() });
} catch (error) {
  if (!(error instanceof StartError || error instanceof ConfigFileError)) throw error;
  process.stderr.write(`The worker can't start:\n  ${error.message}\n`);
  // An installed runtime without workers would keep the process for ever.
  process.exit(1);
}
