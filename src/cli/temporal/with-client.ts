import { Client, Connection } from '@temporalio/client';
import { DEFAULT_TASK_QUEUE } from '../../domain/pipeline/task-queues.js';
import { temporalSettings, type TemporalSettings } from '../../worker/temporal-settings.js';
import { CommandError } from '../errors.js';
import type { Surroundings } from '../verb.js';

type Environment = Surroundings['environment'];

/** Connects with Temporal's own variables and config file, runs the work, and closes the connection. */
export async function withClient<T>(
  environment: Environment,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const settings = settingsOf(environment);
  const connection = await connect(settings);
  try {
    return await work(new Client({ connection, namespace: settings.namespace }));
  } finally {
    await connection.close();
  }
}

/** The task queue of the workers, unless an option names another one. */
export function taskQueueOf(environment: Environment, given: string | undefined): string {
  return given ?? environment['MILLRACE_TASK_QUEUE'] ?? DEFAULT_TASK_QUEUE;
}

function settingsOf(environment: Environment): TemporalSettings {
  try {
    return temporalSettings(environment);
  } catch (error) {
    // The profile does not exist, or the config file can't be read.
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(`Temporal's configuration can't be used: ${why}`, { cause: error });
  }
}

async function connect({ address, connectionOptions }: TemporalSettings): Promise<Connection> {
  try {
    return await Connection.connect(connectionOptions);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      `Temporal at ${address} can't be reached (${why}). Check that it runs, and check TEMPORAL_ADDRESS, TEMPORAL_TLS and TEMPORAL_API_KEY.`,
      { cause: error },
    );
  }
}
