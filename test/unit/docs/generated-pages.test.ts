// Promise: pages that are made from code are those of the code.
import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { generatedPages } from '../../../dev/docs/generated-pages.js';

test.each(generatedPages)('$path is what npm run docs writes', async ({ path, make }) => {
  const options = await resolveConfig(path);
  const made = await format(make(), { ...options, filepath: path });
  expect(readFileSync(path, 'utf8')).toBe(made);
});
