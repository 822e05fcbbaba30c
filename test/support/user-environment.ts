import { addressVariables } from '../../dev/stack/environment.js';
import { stackAddresses } from './stack.js';

/** The user's `.env` for the shared servers. */
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
