// Promise: the guide has rules for every type. Another test checks that generated pages match the code.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const PAGE = 'docs/contracts.md';

test('the rules cover every type that a column can have', () => {
  const page = readFileSync(PAGE, 'utf8');
  for (const type of ['Int256', 'Decimal(P, S)', 'DateTime64', 'Enum8', 'Nested', 'JSON']) {
    expect(page.slice(page.indexOf('## Value rules'))).toContain(type);
  }
});
