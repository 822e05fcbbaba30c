// Promise: installing or pruning packages runs nothing but the two scripts that are meant for it. npm runs a script implicitly
// if it has one of these names, so a script for people must have another name.
import { readFileSync } from 'node:fs';
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

test('npm runs no script implicitly except prepare and prepack', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    scripts: Record<string, string>;
  };
  const names = Object.keys(scripts);
  expect(names.filter((name) => CALLED_BY_NPM.includes(name)).sort()).toEqual(MEANT);
  const paired = names.filter((name) => /^(pre|post)/.test(name) && !MEANT.includes(name));
  expect(paired).toEqual([]);
});
