import { inject } from 'vitest';
import { openDatabase, type TestDatabase } from './clickhouse-tables.js';
import { stackAddresses } from './stack.js';

/** A database of a test file's own on the server that all integration tests share. */
export function openSharedDatabase(
  options: { readonly name?: string } = {},
): Promise<TestDatabase> {
  const { origin, username, password } = new URL(stackAddresses().clickHouse);
  return openDatabase(origin, {
    ...options,
    user: decodeURIComponent(username) || 'default',
    password: decodeURIComponent(password),
    // What tests leave on a server of somebody else is that person's to remove.
    isKept: inject('stack').isExternal,
  });
}
