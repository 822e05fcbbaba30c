import { stackAddresses } from './stack.js';

/** What a user has in `.env` to reach the servers that the tests share. */
export function userEnvironment(database: string): Readonly<Record<string, string>> {
  const { kafka, clickHouse, temporal } = stackAddresses();
  const { hostname, port, username, password } = new URL(clickHouse);
  return {
    KAFKA_BOOTSTRAP_SERVERS: kafka,
    CLICKHOUSE_HOST: hostname,
    CLICKHOUSE_PORT: port,
    CLICKHOUSE_DATABASE: database,
    TEMPORAL_ADDRESS: temporal,
    ...(username !== '' && {
      CLICKHOUSE_USER: decodeURIComponent(username),
      CLICKHOUSE_PASSWORD: decodeURIComponent(password),
    }),
  };
}
