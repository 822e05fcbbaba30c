// Promise: no test runs against an engine that was compiled from other sources than those of the checkout. It is compiled again
// if it is missing, if a source was edited, or if the module was replaced.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compileIfStale, type EngineBuild } from '../../../../dev/engine/compile-engine.js';

let folder: string;
let build: EngineBuild;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-engine-'));
  const sources = ['a.ts', 'b.ts'].map((name) => join(folder, name));
  for (const file of sources) writeFileSync(file, 'first');
  build = {
    sources,
    module: join(folder, 'engine.wasm'),
    stamp: join(folder, 'cache', 'engine.sha256'),
    compile(target) {
      writeFileSync(target, sources.map((file) => readFileSync(file, 'utf8')).join(' '));
      return Promise.resolve();
    },
  };
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('a module is compiled only if it was not built from these sources', async () => {
  const compiled = () => compileIfStale(build);
  expect(await compiled()).toBe(true);
  expect(await compiled()).toBe(false);
  for (const file of build.sources) {
    writeFileSync(file, 'edited');
    expect(await compiled()).toBe(true);
    expect(await compiled()).toBe(false);
  }
  expect(readFileSync(build.module, 'utf8')).toBe('edited edited');
  writeFileSync(build.module, 'of another checkout');
  expect(await compiled()).toBe(true);
  rmSync(build.module);
  expect(await compiled()).toBe(true);
  expect(readdirSync(folder).sort()).toEqual(['a.ts', 'b.ts', 'cache', 'engine.wasm']);
});

test('a module whose sources do not compile is not accepted', async () => {
  await compileIfStale(build);
  writeFileSync(build.sources[0]!, 'broken');
  const broken = { ...build, compile: () => Promise.reject(new Error('line 7')) };
  await expect(compileIfStale(broken)).rejects.toThrow('line 7');
  await expect(compileIfStale(broken)).rejects.toThrow('line 7');
  expect(existsSync(build.module)).toBe(true);
  expect(await compileIfStale(build)).toBe(true);
});
