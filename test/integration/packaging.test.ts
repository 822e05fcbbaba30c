// Promise: what the Dockerfile builds runs from any folder with only its own files: no development package, no source, no binary
// of another platform, and small enough for an image of 400 MB. Checked by running the Dockerfile's commands on a copy of the
// checkout, without network, and moving events with the resulting worker. There is no Docker here, so the result of `npm ci` is
// taken from the checkout, and the size of the base is an upper estimate.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld } from '../support/pipeline-world.js';
import { startWorkerProgram } from '../support/worker-process.js';

/** `node:22-bookworm-slim` unpacked: Debian 75 MB, Node itself 125 MB, and npm, corepack and headers the rest. */
const BASE_MB = 240;
const MAX_IMAGE_MB = 400;
const EVENTS = 2_000;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const isLinux = process.platform === 'linux';
const run = promisify(execFile);

const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ');
const [tools = '', build = '', image = ''] = dockerfile.split(/^FROM .*$/m).slice(1);
const argumentsOf = (stage: string, instruction: string) =>
  [...stage.matchAll(RegExp(`^${instruction} (.*)$`, 'gm'))].map(([, rest = '']) => rest);

let folder: string;
let app: string;

beforeAll(async () => {
  if (!isLinux) return;
  folder = await mkdtemp(join(tmpdir(), 'millrace-package-'));
  const stage = join(folder, 'build');
  app = join(folder, 'app');
  await copyCheckout(stage);
  for (const command of argumentsOf(build, 'RUN')) {
    const env = { ...process.env, npm_config_offline: 'true' };
    await run('sh', ['-c', command], { cwd: stage, env });
  }
  expect(argumentsOf(image, 'COPY')).toEqual(['--from=build /app/image ./']);
  await rename(join(stage, 'image'), app);
});

afterAll(async () => {
  if (isLinux) await rm(folder, { recursive: true });
});

/** As `npm ci` and `COPY . .` leave it. */
async function copyCheckout(to: string): Promise<void> {
  expect(argumentsOf(tools, 'RUN')).toEqual(['npm ci']);
  const ignored = new Set(
    readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n').filter(Boolean),
  );
  await cp(ROOT, to, {
    recursive: true,
    filter: (source) => !ignored.has(relative(ROOT, source)),
  });
  const modules = join(ROOT, 'node_modules');
  // Links take no time and no space. npm and the commands only remove files, except for this list, which npm may rewrite.
  await run('cp', ['-al', modules, to]).catch(() => run('cp', ['-a', modules, to]));
  await rm(join(to, 'node_modules/.package-lock.json'), { force: true });
}

async function megabytesIn(path: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes / 1_000_000;
}

test.skipIf(!isLinux)(
  'development packages and binaries of other platforms are left out',
  async () => {
    const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { dev?: boolean }>;
    };
    const there = await readdir(join(app, 'node_modules'));
    expect(there.filter((name) => packages[`node_modules/${name}`]?.dev)).toEqual([]);
    expect(there).not.toContain('typescript');
    const binaries = await readdir(join(app, 'node_modules/@temporalio/core-bridge/releases'));
    expect(binaries).toEqual([
      `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-unknown-linux-gnu`,
    ]);
  },
);

test.skipIf(!isLinux)('the image is smaller than 400 MB', async () => {
  const megabytes = await megabytesIn(app);
  process.stdout.write(`files of the image, without its base: ${megabytes.toFixed(0)} MB\n`);
  expect(BASE_MB + megabytes).toBeLessThan(MAX_IMAGE_MB);
});

test.skipIf(!isLinux)(
  "the worker in the image loads a mounted config and moves events, started with the image's command",
  async () => {
    const [entry = ''] = argumentsOf(image, 'ENTRYPOINT');
    const [, sourceMaps, main = ''] = JSON.parse(entry) as string[];
    expect([sourceMaps, main]).toEqual(['--enable-source-maps', '/app/dist/src/cli/main.js']);
    expect(argumentsOf(image, 'CMD')).toEqual(['["worker"]']);
    const world = await openWorld();
    try {
      await world.produce(EVENTS);
      await writeFile(
        join(app, 'millrace.config.ts'),
        "import { defineConfig } from 'millrace';\nexport default defineConfig({ contracts: [] });\n",
      );
      const worker = startWorkerProgram({
        environment: { ...world.environment, MILLRACE_CONFIG: join(app, 'millrace.config.ts') },
        arguments: ['--enable-source-maps', main.replace('/app', app), 'worker'],
        // The worker must not depend on its working directory.
        cwd: tmpdir(),
      });
      await worker.ready();
      const pipeline = await world.startPipeline({ until: 'now' });
      expect(await pipeline.result()).toMatchObject({ rows: EVENTS, deadLetters: 0 });
      await worker.stop();
      expect(await worker.ended()).toBe(0);
    } finally {
      await world.close();
    }
  },
);
