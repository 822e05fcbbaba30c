// Promise: every call of the command `millrace` that the documentation shows names a verb and options that exist.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COMMON_OPTIONS } from '../../../src/cli/usage.js';
import { VERBS } from '../../../src/cli/verbs.js';

const PAGES = [
  'README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

const calls = PAGES.flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/^npx millrace (.*)$/gm)].map(([, given = '']) => ({
    page,
    given,
  })),
);

test('the pages contain commands', () => {
  expect(calls.length).toBeGreaterThan(5);
});

test.each(calls)('$page: millrace $given is a valid command', async ({ given }) => {
  const [name, ...rest] = given.split(' ');
  const listed = VERBS.find((verb) => verb.name === name);
  expect(listed?.name).toBe(name);
  const { options } = (await listed?.load()) ?? { options: {} };
  const known = Object.keys({ ...options, ...COMMON_OPTIONS });
  const used = rest.flatMap((word) => /^--([\w-]+)/.exec(word)?.[1] ?? []);
  expect(used.filter((option) => !known.includes(option))).toEqual([]);
});
