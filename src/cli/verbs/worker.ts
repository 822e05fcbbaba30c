import { EXIT } from '../errors.js';
import { defineVerb } from '../verb.js';

export const worker = defineVerb({
  positionals: [],
  options: {},
  description:
    'Takes its settings from the environment and a .env file, and its contracts from MILLRACE_CONFIG or the millrace.config.ts or millrace.yaml of this folder. SIGTERM and Ctrl-C end it: it finishes or gives back the batches it works on. npx and npm do not pass SIGTERM on: with npx, end it with Ctrl-C; for a service, start node_modules/.bin/millrace worker. A worker that npm started ends when npm is gone. Start as many workers as you like; Temporal spreads the work.',
  async run({ environment, directory }) {
    const { runStockWorker } = await import('../../worker/stock-worker.js');
    await runStockWorker({ environment, directory });
    return EXIT.ok;
  },
});
