// Promise: installing or pruning packages runs nothing but the two scripts that are meant for it. npm calls a script by itself
// when its name is one of these, so a script for people must have another name.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** The life cycle scripts of `npm help scripts`. `test` and `start` run only on request. */
const CALLED_BY_NPM = [
  'dependencies',
  'install',
  'postinstall',
  'postpack',
  'postprepare',
  'postpublish',
  'preinstall',
  'prepack',
  'prepare',
  'preprepare',
  'prepublish',
  'prepublishOnly',
  'publish',
  'version',
  'preversion',
  'postversion',
];

const MEANT = ['prepack', 'prepare'];

test('prepare does nothing in the package, which has no sources', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-prepare-'));
  try {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: { prepare: string };
    };
    const ran = spawnSync('sh', ['-c', scripts.prepare], { cwd: folder, encoding: 'utf8' });
    expect(ran).toMatchObject({ status: 0, stdout: '', stderr: '' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('npm calls no script by itself but prepare and prepack', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    scripts: Record<string, string>;
  };
  const names = Object.keys(scripts);
  expect(names.filter((name) => CALLED_BY_NPM.includes(name)).sort()).toEqual(MEANT);
  const paired = names.filter((name) => /^(pre|post)/.test(name) && !MEANT.includes(name));
  expect(paired).toEqual([]);
});
