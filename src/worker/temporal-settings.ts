import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { StartError } from './start-error.js';

export interface TemporalSettings {
  /** HOST:PORT. */
  readonly address: string;
  readonly namespace: string;
  /** For a connection: TLS, the API key, and the address once more. Holds secrets: never log it. */
  readonly connectionOptions: ClientConnectConfig['connectionOptions'];
}

/** Where Temporal is, by its own variables and its config file. Throws `StartError` where they can't work. */
export function temporalSettings(
  environment: Readonly<Record<string, string | undefined>>,
): TemporalSettings {
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
  return { address, namespace, connectionOptions: { ...connectionOptions, address } };
}
