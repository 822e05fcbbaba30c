// Promise: a config file is tested as the worker loads it, and a missing contract is named with the available ones.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testConfig } from '../../../src/testing/test-config.js';

const YAML = `
contracts:
  clicks:
    columns:
      user: UInt32
      url: { type: String, path: page.url }
    table: { orderBy: [user] }
pipelines:
  clicks: { contract: clicks, topic: clicks, groupId: clicks, table: clicks }
`;

let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-testing-'));
  path = join(folder, 'millrace.yaml');
  await writeFile(path, YAML);
});

afterAll(() => rm(folder, { recursive: true }));

test('the contracts and pipelines of a YAML file are returned', async () => {
  const config = await testConfig(path);
  const { rows, deadLetters } = config
    .contract('clicks')
    .read([{ value: { user: 1, page: { url: '/' } } }, { value: { user: -1, page: {} } }]);
  expect(rows).toEqual([{ user: 1, url: '/' }]);
  expect(deadLetters).toMatchObject([{ record: 1, reason: 'out_of_range', path: 'user' }]);
  expect(config.pipelines['clicks']).toMatchObject({ topic: 'clicks' });
});

test('a missing contract is an error', async () => {
  const config = await testConfig(path);
  expect(() => config.contract('orders')).toThrow('has no contract orders; its contracts: clicks');
});
