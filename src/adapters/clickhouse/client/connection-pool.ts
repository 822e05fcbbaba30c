import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { Buffer } from 'node:buffer';

export interface ClickHouseOptions {
  /** Each `http://host:port` or `https://host:port`: replicas of each other, of which one is used at a time. */
  readonly urls: readonly string[];
  readonly user: string;
  readonly password: string;
  /** Where tables are that are named without a database. */
  readonly database: string;
  /** PEM of the authority that signed the server's certificate; null where the system's own ones do. */
  readonly ca: string | null;
}

/** Idle connections are closed before the server does it: ClickHouse keeps them for 3 s or longer. */
const IDLE_SOCKET_MS = 2_000;

/** One insert or query each; more wait for a free one. */
const MAX_CONNECTIONS = 128;

/** Whatever a request may take has a limit of its own, shorter than the driver's for a silent socket. */
const SILENT_SOCKET_MS = 30 * 60_000;

/** The driver with one user, one address, and limits of ours. */
export function createDriver(
  options: ClickHouseOptions,
  url: string,
  connections = MAX_CONNECTIONS,
): ClickHouseClient {
  const { database, ca } = options;
  // With an authority of its own (1.23.1), the driver puts the two into headers, where Node writes one byte a character.
  const written = (text: string) => (ca === null ? text : Buffer.from(text).toString('latin1'));
  return createClient({
    url,
    username: written(options.user),
    password: written(options.password),
    database,
    request_timeout: SILENT_SOCKET_MS,
    max_open_connections: connections,
    keep_alive: {
      enabled: true,
      idle_socket_ttl: IDLE_SOCKET_MS,
      eagerly_destroy_stale_sockets: true,
    },
    ...(ca === null ? {} : { tls: { ca_cert: Buffer.from(ca) } }),
    // It logs failures by itself, with texts that quote rows and settings; whoever asks hears of them anyway.
    log: { level: ClickHouseLogLevel.OFF },
  });
}
