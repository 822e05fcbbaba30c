import { inject } from 'vitest';
import { openDatabase, type TestDatabase } from './clickhouse-tables.js';
import { stackAddresses } from './stack.js';

/** A database for one test file, on the server that all integration tests share. */
export function openSharedDatabase(
  options: { readonly name?: string } = {},
): Promise<TestDatabase> {
  const { origin, username, password } = new URL(stackAddresses().clickHouse);
  return openDatabase(origin, {
    ...options,
    user: decodeURIComponent(username) || 'default',
    password: decodeURIComponent(password),
    // What tests leave on an external server is for its owner to remove.
    isKept: inject('stack').isExternal,
  });
}
