// Promise: a config file is found and loaded unchanged, also in TypeScript. All of its faults are reported at once, with their
// path, before the worker does anything. TypeScript and YAML declare the same.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { loadConfigFile } from '../../../src/config/config-file.js';
import { defineContract } from '../../../src/domain/contract/define-contract.js';
import type { ConfigFileError } from '../../../src/config/config-file-error.js';

const INDEX = fileURLToPath(new URL('../../../src/index.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'millrace-config-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let files = 0;
function written(text: string, extension = 'ts'): string {
  files += 1;
  const path = join(folder, `config-${files}.${extension}`);
  writeFileSync(path, text);
  return path;
}

const orders = `defineContract({ name: 'orders', columns: { id: 'Int64' } })`;
const withImports = (text: string) =>
  `import { defineConfig, defineContract } from ${JSON.stringify(INDEX)};\n${text}`;

test('contracts are loaded from TypeScript', async () => {
  const path = written(
    withImports(`interface Unused { readonly a: string }
const contracts = [${orders}] as const;
export default defineConfig({ contracts });`),
  );
  const { path: loaded, contracts } = await loadConfigFile(path, '/');
  expect(loaded).toBe(path);
  expect(contracts.map(({ spec }) => spec.name)).toEqual(['orders']);
});

test('the file in the working directory is the default, and is optional', async () => {
  expect(await loadConfigFile(null, folder)).toEqual({
    path: null,
    contracts: [],
    pipelines: {},
  });
  writeFileSync(join(folder, 'millrace.config.mjs'), 'export default { contracts: [] };');
  const path = join(folder, 'millrace.config.mjs');
  expect(await loadConfigFile(null, folder)).toEqual({ path, contracts: [], pipelines: {} });
});

test.each<[string, string, string]>([
  ['nothing', '', 'it exports no config: export default defineConfig({ contracts: [...] })'],
  ['no list', 'export default { contracts: {} }', 'contracts: must be an array'],
  ['a misspelled option', 'export default { contract: [] }', 'there is no option contract'],
  [
    'something other than a contract',
    `export default { contracts: [{ name: 'orders' }] }`,
    'contracts[0]: was not made by defineContract of this release',
  ],
  [
    'a duplicate name',
    withImports(`export default { contracts: [${orders}, ${orders}] };`),
    'contract orders is declared twice',
  ],
  [
    'a contradictory contract',
    withImports(
      `export default { contracts: [defineContract({ name: 'o', columns: { a: 'Int7' as never, b: 'Flaot32' as never } })] };`,
    ),
    'Flaot32',
  ],
  ['an error that the file throws', 'throw new Error("no such database");', 'no such database'],
  [
    'an invalid program',
    'export default {\n  contracts: [\n',
    "line 3, column 1: it can't be read: Unexpected token",
  ],
  [
    'a named export',
    'export const config = { contracts: [] };',
    'it exports no config: export default defineConfig({ contracts: [...] })',
  ],
  [
    'a pipeline with an unknown contract',
    'export default { pipelines: { orders: { contract: "order" } } }',
    'pipeline orders: there is no contract order: the config has stream_events, table',
  ],
  [
    'a pipeline that the workflow would refuse',
    'export default { pipelines: { orders: { lanes: 99 } } }',
    'pipelines.orders.lanes: must be at most 16',
  ],
  [
    'a password',
    'export default { contracts: [], password: "hunter2" }',
    'there is no option password: a config must not hold secrets. Set KAFKA_SASL_PASSWORD',
  ],
])('%s is refused, with the path', async (_, text, why) => {
  const path = written(text);
  const loading = loadConfigFile(path, '/');
  await expect(loading).rejects.toThrow(why);
  await expect(loading).rejects.toThrow(path);
});

test('a secret in a config is not quoted', async () => {
  const path = written('export default { contracts: [], password: "hunter2" }');
  await expect(loadConfigFile(path, '/')).rejects.not.toThrow('hunter2');
});

test('each problem of a contract has a line of its own', async () => {
  const path = written(
    withImports(
      `export default { contracts: [defineContract({ name: 'o', columns: { a: 'Int7' as never, b: 'Flaot32' as never } })] };`,
    ),
  );
  const error = await loadConfigFile(path, '/').catch((each: unknown) => each);
  expect((error as ConfigFileError).problems.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^contract o: column a: Int7 /),
    expect.stringMatching(/^contract o: column b: Flaot32 /),
  ]);
});

test('the problems of all contracts and pipelines are reported at once, without those that follow from them', async () => {
  const path = written(
    withImports(`const orders = defineContract({ name: 'orders', columns: { a: 'Int7' as never, b: 'Flaot32' as never } });
const people = defineContract({ name: 'people', columns: { id: 'Int64' }, trnsform: 1 } as never);
const cities = defineContract({ name: 'cities', columns: { id: 'Int64' } });
export default {
  contracts: [orders, people, cities],
  pipelines: {
    a: { contract: 'orders', topic: 'my orders' },
    b: { contract: 'citys', lanes: 99 },
    c: { contract: 'people' },
  },
};`),
  );
  const error = await loadConfigFile(path, '/').catch((each: unknown) => each);
  expect((error as ConfigFileError).problems.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^contract orders: column a: Int7 /),
    expect.stringMatching(/^contract orders: column b: Flaot32 /),
    expect.stringMatching(/^contract people: there is no option trnsform/),
    'pipelines.b.lanes: must be at most 16',
    expect.stringMatching(/^pipeline a: "my orders" is not a valid Kafka topic name/),
    'pipeline b: there is no contract citys: did you mean cities?',
  ]);
});

test('an error that a broken contract causes in the file is not reported in addition to its problems', async () => {
  const path = written(
    withImports(`const orders = defineContract({ name: 'orders', columns: { a: 'Int7' as never } });
if (orders.hash === '') throw new Error('no hash');
export default { contracts: [orders] };`),
  );
  const error = await loadConfigFile(path, '/').catch((each: unknown) => each);
  expect((error as ConfigFileError).problems.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^contract orders: column a: Int7 /),
  ]);
});

test('after a config file was loaded, a contract that contradicts itself throws again', async () => {
  await loadConfigFile(written(withImports('export default {};')), '/');
  expect(() => defineContract({ name: 'o', columns: { a: 'Int7' as never } })).toThrow('Int7');
});

test('pipelines are loaded from TypeScript and from YAML alike', async () => {
  const code = written(
    withImports(
      `export default defineConfig({ contracts: [${orders}], pipelines: { shop: { contract: 'orders', topic: 'orders', lanes: 4 } } });`,
    ),
  );
  const yaml = written(
    `contracts:
  orders:
    columns: { id: Int64 }
pipelines:
  shop: { contract: orders, topic: orders, lanes: 4 }
`,
    'yaml',
  );
  const [fromCode, fromYaml] = await Promise.all([
    loadConfigFile(code, '/'),
    loadConfigFile(yaml, '/'),
  ]);
  expect(fromYaml).toEqual({ ...fromCode, path: yaml });
  expect(fromCode.pipelines).toEqual({ shop: { contract: 'orders', topic: 'orders', lanes: 4 } });
});

test('a folder with both a program and YAML is refused, because only one would count', async () => {
  const both = mkdtempSync(join(folder, 'both-'));
  writeFileSync(join(both, 'millrace.config.mjs'), 'export default { contracts: [] };');
  writeFileSync(join(both, 'millrace.yaml'), 'contracts: {}');
  await expect(loadConfigFile(null, both)).rejects.toThrow(
    'millrace.yaml exists as well, but only one config can be used',
  );
});

test('a missing named file is refused', async () => {
  await expect(loadConfigFile('nowhere.ts', '/somewhere')).rejects.toThrow(
    "/somewhere/nowhere.ts can't be used:\n  - the file does not exist: correct the path",
  );
});
