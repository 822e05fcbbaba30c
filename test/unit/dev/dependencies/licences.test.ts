// Promise: a production package whose licence nobody has allowed is named with what to do. Development packages may have any.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Lock, licenceProblems } from '../../../../dev/dependencies/licences.js';

const problemsOf = (packages: Lock['packages']) => licenceProblems({ packages });

test('an unknown and a missing licence are named', () => {
  const problems = problemsOf({
    '': { license: 'UNLICENSED' },
    'node_modules/copyleft': { version: '1.0.0', license: 'AGPL-3.0' },
    'node_modules/a/node_modules/@b/silent': { version: '2.0.0' },
    'node_modules/both': { version: '3.0.0', license: 'MIT AND GPL-2.0' },
    'node_modules/tool': { version: '4.0.0', license: 'GPL-3.0', dev: true },
  });
  expect(problems).toEqual([
    expect.stringContaining('copyleft 1.0.0 has the licence AGPL-3.0: '),
    expect.stringContaining('@b/silent 2.0.0 names no licence: '),
    expect.stringContaining('both 3.0.0 has the licence MIT AND GPL-2.0: '),
  ]);
});

test('one allowed licence of a choice is enough', () => {
  expect(problemsOf({ 'node_modules/a': { license: '(GPL-2.0 OR MIT)' } })).toEqual([]);
  expect(problemsOf({ 'node_modules/a': { license: 'Apache-2.0 AND MIT' } })).toEqual([]);
});

test('the licences of installed packages are allowed', () => {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
  expect(Object.keys(lock.packages).length).toBeGreaterThan(200);
  expect(licenceProblems(lock)).toEqual([]);
});
