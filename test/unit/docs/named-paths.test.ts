// Promise: files and folders that the documentation names exist.
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DOCUMENTS } from '../../support/documents.js';

const PAGES = DOCUMENTS.filter((page) => page === 'README.md' || page.startsWith('docs/'));

test.each(PAGES)('every path that %s names exists', (page) => {
  const named = [
    ...readFileSync(page, 'utf8').matchAll(/`((?:src|test|dev|bench|docs|deploy)\/[\w./-]+)`/g),
  ];
  expect(named.map(([, path = '']) => path).filter((path) => !existsSync(path))).toEqual([]);
});

test('the walk through the code names files', () => {
  const named = readFileSync('docs/concepts.md', 'utf8').match(/`src\/[\w./-]+\.ts`/g) ?? [];
  expect(new Set(named).size).toBeGreaterThan(15);
});
