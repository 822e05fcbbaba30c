// Promise: a pipeline's input comes from the config of the folder, an empty MILLRACE_CONFIG counts as unset, and a name that the
// config does not have is refused with the nearest one.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configuredOrEmpty } from '../../../../src/cli/project/configured-pipeline.js';
import { openUserFolder, type UserFolder } from '../../../support/run-millrace.js';

let folder: UserFolder;
beforeAll(() => {
  folder = openUserFolder();
  folder.write('millrace.yaml', 'pipelines:\n  orders: { topic: orders, lanes: 3 }\n');
  folder.write('other.yaml', 'pipelines:\n  clicks: { topic: clicks }\n');
});
afterAll(() => {
  folder.remove();
});

const configured = (name: string, environment: Readonly<Record<string, string>> = {}) =>
  configuredOrEmpty(name, { environment, directory: folder.path }, { isNamedByOptions: false });

test('the pipeline comes from the config in the folder or from the named one', async () => {
  expect(await configured('orders')).toEqual({ topic: 'orders', lanes: 3 });
  expect(await configured('orders', { MILLRACE_CONFIG: '' })).toEqual({
    topic: 'orders',
    lanes: 3,
  });
  expect(await configured('clicks', { MILLRACE_CONFIG: 'other.yaml' })).toEqual({
    topic: 'clicks',
  });
});

test('without a config, only the default pipeline and one that options describe can start', async () => {
  const empty = openUserFolder();
  try {
    const place = { environment: {}, directory: empty.path };
    const asked = (name: string, isNamedByOptions: boolean) =>
      configuredOrEmpty(name, place, { isNamedByOptions });
    await expect(asked('orders', false)).rejects.toThrow(
      `There is no config file in ${empty.path}, so there is no pipeline orders. Run this in the folder of the config`,
    );
    expect(await asked('orders', true)).toEqual({});
    expect(await asked('stream-events', false)).toEqual({});
  } finally {
    empty.remove();
  }
});

test('an unknown name is refused', async () => {
  await expect(configured('order')).rejects.toThrow('no pipeline order: did you mean orders?');
});
