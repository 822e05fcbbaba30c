import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { StartError } from './start-error.js';

export interface TemporalSettings {
  /** HOST:PORT. */
  readonly address: string;
  readonly namespace: string;
  /** The options of a connection: TLS, the API key, and the address again. Holds secrets: never log it. */
  readonly connectionOptions: ClientConnectConfig['connectionOptions'];
}

/** Reads how to reach Temporal from its own variables and config file. Throws `StartError` if they can't work. */
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
    // Every log line about the connection quotes the address.
    throw new StartError(
      "Temporal's address contains a login: give HOST:PORT only, and set the key in TEMPORAL_API_KEY",
    );
  }
  return { address, namespace, connectionOptions: { ...connectionOptions, address } };
}
