// Promise: the Vietnamese quick start has the commands and the contract of the English one. Checked by comparing the blocks of
// code.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const blocks = (page: string) =>
  [...readFileSync(page, 'utf8').matchAll(/^```.*?^```$/gms)].map(([block]) => block);

test('README.vi.md has the blocks of README.md, in the same order', () => {
  expect(blocks('README.md').length).toBeGreaterThan(3);
  expect(blocks('README.vi.md')).toEqual(blocks('README.md'));
});

test('each README links to the other', () => {
  expect(readFileSync('README.md', 'utf8')).toContain('](README.vi.md)');
  expect(readFileSync('README.vi.md', 'utf8')).toContain('](README.md)');
});
