// Promise: the npm package works in a project that has nothing else. Each entry can be imported by Node and by TypeScript, does
// nothing by itself and loads only what it needs. The command answers, the documented programs compile and run, and sizes and
// dependencies match the decision record. Checked on the result of `npm pack`, installed with npm.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { type InstalledPackage, installedPackage } from '../support/installed-package.js';

const TSC = join(process.cwd(), 'node_modules/typescript/bin/tsc');
const run = promisify(execFile);

let installed: InstalledPackage;

beforeAll(async () => {
  installed = await installedPackage();
});

const node = (...parts: readonly string[]) =>
  run(process.execPath, parts, { cwd: installed.folder, env: { PATH: process.env['PATH'] } });

/** A folder beside the others, with the package in its node_modules. */
async function project(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(installed.folder, name);
  await mkdir(folder);
  await symlink(join(installed.folder, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{"type":"module","private":true}');
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  return folder;
}

describe('an import', () => {
  const LOADED = `
    import { createRequire } from 'node:module';
    const given = await import(process.argv[1]);
    const { _cache: cache } = createRequire('/')('node:module');
    const packages = Object.keys(cache).map((path) => /.*node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(path)?.[1]);
    console.log(JSON.stringify({ names: Object.keys(given).sort(), packages: [...new Set(packages)] }));
  `;
  const imported = async (entry: string) => {
    // It exits by itself, so nothing is left open.
    const { stdout, stderr } = await node('--input-type=module', '--eval', LOADED, entry);
    expect(stderr).toBe('');
    return JSON.parse(stdout) as { names: string[]; packages: string[] };
  };

  test('of millrace loads neither a driver nor Temporal', async () => {
    const { names, packages } = await imported('millrace');
    expect(names).toEqual(
      expect.arrayContaining(['configFromEnvironment', 'defineConfig', 'defineContract']),
    );
    expect(packages.filter((each) => /temporalio|kafkajs|clickhouse|napi/.test(each))).toEqual([]);
  });

  test('of millrace/testing loads neither a driver nor Temporal', async () => {
    const { names, packages } = await imported('millrace/testing');
    expect(names).toEqual(['testConfig', 'testContract']);
    expect(packages.filter((each) => /temporalio|kafkajs|clickhouse|napi/.test(each))).toEqual([]);
  });

  test("of millrace/client loads Temporal's client, and no worker", async () => {
    const { names, packages } = await imported('millrace/client');
    expect(names).toContain('startPipeline');
    expect(packages).toContain('@temporalio/client');
    expect(packages).not.toContain('@temporalio/worker');
    expect(packages).not.toContain('@temporalio/core-bridge');
  });

  test('of a file that is not an entry point is refused', async () => {
    await expect(node('--eval', "import('millrace/dist/src/worker.js')")).rejects.toThrow(
      'ERR_PACKAGE_PATH_NOT_EXPORTED',
    );
  });
});

const isOfTemporal = (line: string) => line.startsWith('../node_modules/@temporalio/');

/** Blocks of TypeScript under this label, each a module. */
function documented(page: string, label: string): readonly string[] {
  const text = readFileSync(page, 'utf8');
  return [...text.matchAll(RegExp(`^\`\`\`ts ${label}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, block = '']) => block,
  );
}

test('the documented programs compile as Node modules and for a bundler, and the test among them passes', async () => {
  const [contractTest = '', configTest = ''] = documented('docs/testing.md', 'testing');
  const clients = documented('docs/client.md', 'client');
  expect(clients).toHaveLength(2);
  const folder = await project('documented', {
    'contract.test.ts': contractTest,
    'config.ts': configTest,
    ...Object.fromEntries(clients.map((text, index) => [`client-${index}.ts`, text])),
    'worker.ts': `
      import { configFromEnvironment, defineConfig, runWorker, type WorkerOptions } from 'millrace';
      const { contracts = [] } = defineConfig({ contracts: [] });
      const options: WorkerOptions = { contracts, config: configFromEnvironment() };
      await runWorker(options);
    `,
  });
  const strict = ['--strict', '--target', 'es2022', '--types', 'node', '--rootDir', '.'];
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const faults = async (...flags: readonly string[]) => {
    const compiled = run(process.execPath, [TSC, ...strict, ...flags, ...files], { cwd: folder });
    const { stdout } = await compiled.catch((error: unknown) => error as { stdout: string });
    // The package's own declarations are checked as well. Temporal's need skipLibCheck.
    return stdout.split('\n').filter((line) => line.includes('error TS') && !isOfTemporal(line));
  };
  expect(await faults('--module', 'nodenext', '--outDir', 'out')).toEqual([]);
  expect(await faults('--module', 'esnext', '--moduleResolution', 'bundler', '--noEmit')).toEqual(
    [],
  );
  await run(process.execPath, ['--test', join(folder, 'out/contract.test.js')], { cwd: folder });
});

test('the command answers', async () => {
  const command = (flag: string) =>
    run(join(installed.folder, 'node_modules/.bin/millrace'), [flag], { cwd: installed.folder });
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect((await command('--version')).stdout.trim()).toContain(version);
  expect((await command('--help')).stdout).toContain('worker');
});

describe('the decision record about the package', () => {
  const file = readdirSync('docs/decisions').find((name) => name.endsWith('-npm-package.md')) ?? '';
  const record = readFileSync(join('docs/decisions', file), 'utf8');
  const figure = (what: string) => Number(RegExp(`${what}[^\\d]*([\\d.]+) MB`).exec(record)?.[1]);

  test('states its sizes', async () => {
    const { folder, packedBytes, installSeconds } = installed;
    const modules = join(folder, 'node_modules');
    let bytes = 0;
    for (const entry of await readdir(modules, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
    }
    const [packed, whole] = [packedBytes / 1e6, bytes / 1e6];
    process.stdout.write(
      `packed: ${packed.toFixed(1)} MB; installed: ${whole.toFixed(0)} MB in ${installSeconds.toFixed(0)} s\n`,
    );
    expect(packed).toBeLessThan(figure('packed') * 1.2);
    expect(whole).toBeLessThan(figure('installed') * 1.2);
    const own = await readdir(join(modules, 'millrace'), { recursive: true });
    expect(own).toContain('dist/src/workflow-bundle.js');
    expect(own).toContain('schema/millrace.schema.json');
    expect(own.filter((path) => /^(src|test|dev|bench)\//.test(path))).toEqual([]);
  });

  test('justifies each dependency and no other', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const justified = [...record.matchAll(/^\| `([^`]+)` +\| \S/gm)].map(([, name]) => name);
    expect(justified.toSorted()).toEqual(Object.keys(dependencies).toSorted());
  });
});
