// Promise: if a server does not answer, init names the variables to check. Checked with addresses that nothing listens at.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../../../../dev/stack/free-port.js';
import { openUserFolder, type UserFolder } from '../../../support/run-millrace.js';

let folder: UserFolder;
beforeEach(() => {
  folder = openUserFolder();
});
afterEach(() => {
  folder.remove();
});

test('an unreachable ClickHouse is reported with its variables', async () => {
  const { code, err } = await folder.run(['init', '--from-table', 'shop.orders'], {
    CLICKHOUSE_HOST: '127.0.0.1',
    CLICKHOUSE_PORT: String(await freePort()),
  });
  expect(code).toBe(1);
  expect(err).toContain('Check CLICKHOUSE_HOST and CLICKHOUSE_PORT');
});
