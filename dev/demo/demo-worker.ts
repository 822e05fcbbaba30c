import { join } from 'node:path';
import { serverEnvironment } from '../stack/environment.js';
import { startGuarded } from '../stack/guarded-process.js';
import { ownProgram } from '../stack/own-program.js';
import type { Stack } from '../stack/start-stack.js';

export interface DemoWorker {
  readonly logFile: string;
  /** How it ended, in words; null while it runs. */
  ended(): string | null;
  /** Asks it to end, and waits for that. */
  stop(): Promise<void>;
}

/** Starts the worker as `npm start` does, with nothing in its environment but the stack's addresses. */
export function startDemoWorker(
  { addresses, folder }: Stack,
  configFile: string | null = null,
): DemoWorker {
  const logFile = join(folder, 'worker.log');
  const worker = startGuarded({
    ...ownProgram('src/worker'),
    environment: {
      ...environmentOf(addresses),
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

/** What the product needs in its environment to reach the servers of a stack. */
export function environmentOf({
  temporal,
  kafka,
  clickHouse,
}: Stack['addresses']): Readonly<Record<string, string>> {
  const { hostname, port } = new URL(clickHouse);
  return {
    ...serverEnvironment(),
    TEMPORAL_ADDRESS: temporal,
    KAFKA_BOOTSTRAP_SERVERS: kafka,
    CLICKHOUSE_HOST: hostname,
    CLICKHOUSE_PORT: port,
  };
}
