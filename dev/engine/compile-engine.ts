import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

const ASSEMBLY = path('../../src/engine/assembly');

export interface EngineBuild {
  /** All files that the module is compiled from. */
  readonly sources: readonly string[];
  readonly module: string;
  /** Holds the hash of the sources and of the module that was compiled from them. */
  readonly stamp: string;
  compile(target: string): Promise<unknown>;
}

const BUILD: EngineBuild = {
  sources: [
    ...readdirSync(ASSEMBLY).map((file) => join(ASSEMBLY, file)),
    path('../../src/engine/layout.ts'),
    path('../../node_modules/assemblyscript/package.json'),
  ].sort(),
  module: path('../../src/engine/engine.wasm'),
  stamp: path('../../.cache/engine.sha256'),
  compile: (target) => {
    const asc = path('../../node_modules/assemblyscript/bin/asc.js');
    const config = join(ASSEMBLY, 'asconfig.json');
    return run(process.execPath, [asc, '--config', config, '--outFile', target]);
  },
};

/** Compiles the engine unless the existing module comes from these sources. Returns whether it compiled. */
export async function compileIfStale(build = BUILD): Promise<boolean> {
  const { module, stamp } = build;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOf(build)) return false;
  // Replaces the module in one step, so that other processes load either the old one or the new one.
  const target = `${module}.${process.pid}`;
  try {
    await build.compile(target);
    await rename(target, module);
  } finally {
    await rm(target, { force: true });
  }
  await mkdir(dirname(stamp), { recursive: true });
  await writeFile(stamp, hashOf(build) ?? '');
  return true;
}

/** Null if there is no module. */
function hashOf({ sources, module }: EngineBuild): string | null {
  if (!existsSync(module)) return null;
  const hash = createHash('sha256');
  for (const file of [...sources, module]) {
    hash.update(`${file}\0`).update(createHash('sha256').update(readFileSync(file)).digest());
  }
  return hash.digest('hex');
}
