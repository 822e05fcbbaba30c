import { type Logger, NativeConnection } from '@temporalio/worker';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporalSettings } from './temporal-settings.js';

const RETRY_MS = 1_000;

/** Logs a line once in this many attempts. */
const ATTEMPTS_PER_LINE = 10;

export interface TemporalConnection {
  readonly connection: NativeConnection;
  readonly namespace: string;
}

/**
 * Connects with Temporal's own variables and config file, and waits for the server as long as it takes. Throws if the
 * configuration itself can't work.
 */
export async function connectTemporal(
  environment: Readonly<Record<string, string | undefined>>,
  logger: Logger,
): Promise<TemporalConnection> {
  const { address, namespace, connectionOptions } = temporalSettings(environment);
  for (let attempt = 0; ; attempt++) {
    try {
      const connection = await NativeConnection.connect(connectionOptions);
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
