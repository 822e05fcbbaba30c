import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { waitUntil } from './wait-until.js';

/** The npm package as its users have it, in a project outside of any checkout. */
export interface InstalledPackage {
  /** A project that depends only on `millrace`. */
  readonly folder: string;
  readonly packedBytes: number;
  readonly installSeconds: number;
}

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const REPORT = 'installed.json';

/**
 * Packs the build of this run, and installs the result. Test files of one run share it, and it is removed with the build.
 */
export async function installedPackage(): Promise<InstalledPackage> {
  const folder = installedFolder(dirname(inject('workerBuild')));
  const claim = await mkdir(`${folder}.claim`).then(
    () => true,
    () => false,
  );
  if (claim) await install(folder);
  await waitUntil(() => isThere(join(folder, REPORT)), { what: 'the package is installed' });
  const report = await readFile(join(folder, REPORT), 'utf8');
  return { folder, ...(JSON.parse(report) as Omit<InstalledPackage, 'folder'>) };
}

/** Removes what belongs to a build, if anything was created. */
export async function removeInstalled(build: string): Promise<void> {
  for (const each of ['', '.claim', '.partial', '.package']) {
    await rm(installedFolder(build) + each, { recursive: true, force: true });
  }
}

function installedFolder(build: string): string {
  return join(tmpdir(), `millrace-${basename(build)}`);
}

async function install(folder: string): Promise<void> {
  const tarball = await pack(`${folder}.package`);
  const partial = `${folder}.partial`;
  await mkdir(partial);
  await run('npm', ['init', '-y'], { cwd: partial });
  const startedMs = Date.now();
  const quietly = ['--prefer-offline', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...quietly, tarball], { cwd: partial });
  const report = {
    packedBytes: (await stat(tarball)).size,
    installSeconds: (Date.now() - startedMs) / 1_000,
  };
  await writeFile(join(partial, REPORT), JSON.stringify(report));
  await rename(partial, folder);
}

/** As `npm pack` does in a checkout, without building again. */
async function pack(stage: string): Promise<string> {
  await mkdir(stage);
  for (const each of ['package.json', 'README.md', 'LICENSE', 'schema']) {
    await cp(join(ROOT, each), join(stage, each), { recursive: true });
  }
  const build = dirname(inject('workerBuild'));
  for (const each of ['src', 'dev']) {
    await cp(join(build, each), join(stage, 'dist', each), { recursive: true });
  }
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json'], {
    cwd: stage,
    maxBuffer: 16 * 1_024 * 1_024,
  });
  const [packed] = JSON.parse(stdout) as { readonly filename: string }[];
  return join(stage, packed?.filename ?? '');
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
