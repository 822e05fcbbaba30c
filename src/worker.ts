import { ConfigFileError } from './config/config-file-error.js';
import { readEnvironment } from './config/load-environment.js';
import { enableCompileCache } from './worker/compile-cache.js';
import { StartError } from './worker/start-error.js';

/** The stock worker: the entry point of the container image. `millrace worker` does the same. */
enableCompileCache();
try {
  // Imported late: only what is loaded from now on comes from the cache.
  const { runStockWorker } = await import('./worker/stock-worker.js');
  await runStockWorker({ environment: readEnvironment(), directory: process.cwd() });
} catch (error) {
  if (!(error instanceof StartError || error instanceof ConfigFileError)) throw error;
  process.stderr.write(`The worker can't start:\n  ${error.message}\n`);
  // Temporal's runtime would keep the process alive although no worker runs.
  process.exit(1);
}
