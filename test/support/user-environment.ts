import { addressVariables } from '../../dev/stack/environment.js';
import { stackAddresses } from './stack.js';

/** What a user has in `.env` to reach the servers that the tests share. */
export function userEnvironment(database: string): Readonly<Record<string, string>> {
  const addresses = stackAddresses();
  const { username, password } = new URL(addresses.clickHouse);
  return {
    ...addressVariables(addresses),
    CLICKHOUSE_DATABASE: database,
    ...(username !== '' && {
      CLICKHOUSE_USER: decodeURIComponent(username),
      CLICKHOUSE_PASSWORD: decodeURIComponent(password),
    }),
  };
}
