import { loadClientConnectConfig } from '@temporalio/envconfig';
import { type Logger, NativeConnection } from '@temporalio/worker';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from './start-error.js';

const RETRY_MS = 1_000;

/** A line in the log every so many attempts: enough to see what is waited for. */
const ATTEMPTS_PER_LINE = 10;

export interface TemporalConnection {
  readonly connection: NativeConnection;
  readonly namespace: string;
}

/**
 * Connects by Temporal's own variables and config file, and waits for the server as long as it takes. Throws where the
 * configuration itself can't work.
 */
export async function connectTemporal(
  environment: Readonly<Record<string, string | undefined>>,
  logger: Logger,
): Promise<TemporalConnection> {
  const overrideEnvVars = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => {
      return entry[0].startsWith('TEMPORAL_') && entry[1] !== undefined && entry[1] !== '';
    }),
  );
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig({ overrideEnvVars });
  const address = connectionOptions.address ?? 'localhost:7233';
  if (address.includes('@')) {
    // It stands in every line about the connection.
    throw new StartError(
      "Temporal's address carries a login: give HOST:PORT alone, and the key as TEMPORAL_API_KEY",
    );
  }
  for (let attempt = 0; ; attempt++) {
    try {
      const connection = await NativeConnection.connect({ ...connectionOptions, address });
      await connection.workflowService.describeNamespace({ namespace });
      logger.info('Connected to Temporal', { address, namespace });
      return { connection, namespace };
    } catch (error) {
      if (attempt % ATTEMPTS_PER_LINE === 0) {
        const cause = error instanceof Error ? error.message : String(error);
        logger.warn('Waiting for Temporal', { address, namespace, cause });
      }
      await sleep(RETRY_MS);
    }
  }
}
