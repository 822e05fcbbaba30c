import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { compileIfStale } from '../../dev/engine/compile-engine.js';
import { removeInstalled } from './installed-package.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the built worker. */
    workerBuild: string;
  }
}

const run = promisify(execFile);
const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Builds the worker once for all integration tests, as for the image. It then starts in a second instead of eight. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const { folder, remove } = await buildWorker();
  provide('workerBuild', folder);
  return async () => {
    await remove();
    await removeInstalled(dirname(folder));
  };
}

export interface WorkerBuild {
  readonly folder: string;
  remove(): Promise<void>;
}

export async function buildWorker(): Promise<WorkerBuild> {
  // Within the checkout, because the build finds its packages relative to its own folder.
  const parent = path('../../.cache');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, 'build-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await build(folder);
  } catch (error) {
    await remove();
    throw error;
  }
  return { folder: join(folder, 'src'), remove };
}

async function build(folder: string): Promise<void> {
  await compileIfStale();
  const tsc = path('../../node_modules/typescript/bin/tsc');
  const project = path('../../tsconfig.build.json');
  await Promise.all([
    run(process.execPath, ['--import', 'tsx', path('../../dev/build.ts'), folder]),
    // Types are checked by `npm run check`. The declarations are for tests of the package.
    run(process.execPath, [tsc, '-p', project, '--noCheck', '--outDir', folder]),
  ]);
}
