import { join } from 'node:path';
import { addressVariables, serverEnvironment } from '../stack/environment.js';
import { startGuarded } from '../stack/guarded-process.js';
import { ownProgram } from '../stack/own-program.js';
import type { Stack } from '../stack/start-stack.js';

export interface DemoWorker {
  readonly logFile: string;
  /** Says how the worker ended; null while it runs. */
  ended(): string | null;
  /** Asks the worker to end and waits until it has. */
  stop(): Promise<void>;
}

export interface DemoWorkerOptions {
  readonly taskQueue: string;
  /** Null for the built-in contract alone. */
  readonly configFile: string | null;
}

/** Starts the worker as `npm start` does, with only the stack's addresses and the task queue in its environment. */
export function startDemoWorker(
  { addresses, folder }: Stack,
  { taskQueue, configFile }: DemoWorkerOptions,
): DemoWorker {
  const logFile = join(folder, 'worker.log');
  const worker = startGuarded({
    ...ownProgram('src/worker'),
    environment: {
      ...serverEnvironment(),
      ...addressVariables(addresses),
      MILLRACE_TASK_QUEUE: taskQueue,
      BATCH_INTERVAL_SECONDS: '0.2',
      ...(configFile !== null && { MILLRACE_CONFIG: configFile }),
    },
    // A folder without a .env file.
    workFolder: folder,
    logFile,
  });
  let how: string | null = null;
  void worker.ended.then((words) => (how = words));
  return {
    logFile,
    ended: () => how,
    async stop() {
      worker.kill('SIGTERM');
      await worker.ended;
    },
  };
}
