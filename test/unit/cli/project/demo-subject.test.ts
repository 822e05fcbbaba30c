// Promise: the demo shows the pipeline that the user means, from the start of an empty topic, and lists the choices if that is
// not clear. Checked with separate config files.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { STREAM_EVENTS } from '../../../../dev/demo/demo-subject.js';
import { findSubject } from '../../../../src/cli/project/demo-subject.js';

const CONTRACT = `
contracts:
  clicks:
    columns: { user: UInt32 }
    table: { orderBy: [user] }
`;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-demo-'));
});
afterEach(() => rm(directory, { recursive: true }));

const find = async (yaml: string | null, name: string | null = null) => {
  if (yaml !== null) await writeFile(join(directory, 'millrace.yaml'), yaml);
  return findSubject({ environment: {}, directory }, name);
};

test('without a config file the demo uses the built-in contract', async () => {
  expect(await find(null)).toBe(STREAM_EVENTS);
  await expect(find(null, 'orders')).rejects.toThrow('There is no config file in');
});

test('an empty MILLRACE_CONFIG counts as unset', async () => {
  const place = { environment: { MILLRACE_CONFIG: '' }, directory };
  expect(await findSubject(place, null)).toBe(STREAM_EVENTS);
});

test('a single pipeline needs no name, and begins at the start', async () => {
  const pipelines = `
pipelines:
  web: { contract: clicks, topic: web-clicks, table: shop.clicks, from: latest, until: now, lanes: 3 }
`;
  const subject = await find(CONTRACT + pipelines);
  expect(subject).toMatchObject({ workflowId: 'web', topic: 'web-clicks', table: 'shop.clicks' });
  expect(JSON.parse(JSON.stringify(subject.input))).toEqual({
    ...{ contract: 'clicks', topic: 'web-clicks', table: 'shop.clicks', lanes: 3 },
    groupId: 'millrace-web',
  });
  expect(subject.configFile).toBe(join(directory, 'millrace.yaml'));
});

test('a config without pipelines has one for each contract', async () => {
  expect(await find(CONTRACT)).toMatchObject({
    ...{ workflowId: 'clicks', topic: 'clicks', table: 'clicks' },
    input: { contract: 'clicks', groupId: 'millrace-clicks' },
  });
});

test('one of several pipelines must be named', async () => {
  const pipelines = `
pipelines:
  web: { contract: clicks, topic: web }
  app: { contract: clicks, topic: app }
  copy: { contract: table, topic: app, table: there }
`;
  await expect(find(CONTRACT + pipelines)).rejects.toThrow(
    /^Name the pipeline to show: .* has web, app, copy\.$/,
  );
  await expect(find(null, 'other')).rejects.toThrow(/^There is no pipeline other: .* has web, app/);
  await expect(find(null, 'copy')).rejects.toThrow('takes its columns from an existing table');
  expect(await find(null, 'app')).toMatchObject({ workflowId: 'app', topic: 'app' });
});
