// Promise: the API reference matches the code, and every type that a public one names can be imported from the same entry point.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { API_FOLDER, makeApiPages } from '../../../dev/docs/api-pages.js';

const FOLDER = join('docs', API_FOLDER);

test('each page is what npm run docs writes', async () => {
  const made = await makeApiPages();
  const names = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' });
  expect(names.filter((name) => name.endsWith('.md')).toSorted()).toEqual([...made.keys()]);
  for (const [name, text] of made) expect(readFileSync(join(FOLDER, name), 'utf8')).toBe(text);
});
