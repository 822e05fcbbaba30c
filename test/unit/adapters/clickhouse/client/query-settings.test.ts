// Promise: with several hosts the server itself ends an insert that takes longer than the worker waits for it, and a shorter
// limit of the user's profile stays. Checked on the settings that servers report.
import { expect, test } from 'vitest';
import { createInsertSettings } from '../../../../../src/adapters/clickhouse/client/query-settings.js';
import { fakeServer } from '../../../../support/clickhouse-fake.js';

test.each([
  { hosts: 1, ofProfile: '0', limit: undefined },
  { hosts: 2, ofProfile: '0', limit: 600 },
  { hosts: 2, ofProfile: '3600', limit: 600 },
  { hosts: 2, ofProfile: '60', limit: undefined },
])('$hosts host(s), profile $ofProfile s: limit $limit', async ({ hosts, ofProfile, limit }) => {
  const rows = [
    { name: 'async_insert', value: '1' },
    { name: 'max_execution_time', value: ofProfile },
  ];
  const server = fakeServer({ 'system.settings': rows });
  const settings = await createInsertSettings({
    ...server,
    hosts: () => Array.from({ length: hosts }, () => server.hosts()[0]!),
  })();
  expect(settings['max_execution_time']).toBe(limit);
  expect(settings['async_insert']).toBe(0);
});
