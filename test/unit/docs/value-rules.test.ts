// Promise: the value rules in the guide are those of the code.
import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { withValueRules } from '../../../dev/docs/contracts-page.js';

const PAGE = 'docs/contracts.md';

test('the guide has the rules as npm run docs writes them', async () => {
  const page = readFileSync(PAGE, 'utf8');
  const options = await resolveConfig(PAGE);
  expect(page).toBe(await format(withValueRules(page), { ...options, filepath: PAGE }));
});

test('rules for every type that a column can have', () => {
  const page = readFileSync(PAGE, 'utf8');
  for (const type of ['Int256', 'Decimal(P, S)', 'DateTime64', 'Enum8', 'Nested', 'JSON']) {
    expect(page.slice(page.indexOf('## Value rules'))).toContain(type);
  }
});
