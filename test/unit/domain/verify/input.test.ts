// Promise: the options of `verify` are either accepted or refused with a message that names the field and its valid values.
import { expect, test } from 'vitest';
import { parseVerifyInput } from '../../../../src/domain/verify/input.js';

test.each([
  [{ compare: 'offsets' }],
  [{ compare: 'content' }],
  [{ compare: 'content', sample: 1_000, contract: 'table' }],
])('%j is understood', (input) => {
  expect(parseVerifyInput(input)).toEqual({ kind: 'valid', value: input });
});

test.each([
  [{ compare: 'values' }, 'compare'],
  [{ compare: 'content', sample: 0 }, 'sample'],
  [{ compare: 'content', sample: 500_001 }, 'sample'],
  [{ compare: 'content', sample: '10' }, 'sample'],
  [{ sample: 10 }, 'give "compare":"content" as well'],
  [{ compare: 'offsets', sample: 10 }, 'give "compare":"content" as well'],
])('%j is refused, naming %s', (input, named) => {
  const parsed = parseVerifyInput(input);
  expect(parsed.kind === 'invalid' && parsed.why).toContain(named);
});
