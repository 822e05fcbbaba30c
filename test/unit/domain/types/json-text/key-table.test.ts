// Promise: a key that JSON can only write with escapes is found only in that form: the same bytes without the escape are not
// JSON, or another key. Checked through the record reader, whose text is not checked before.
import { expect, test } from 'vitest';
import { specOf } from '../../../../../src/domain/contract/contract-options.js';
import { JsonReader } from '../../../../../src/domain/formats/json/json-reader.js';
import { runOf } from '../../../../support/json-run.js';

test.each([
  ['a"b', 'invalid_json'],
  ['a\\b', 'missing_field'],
  ['a\nb', 'invalid_json'],
])('the key %j is found only in its escaped form', (key, reason) => {
  const columns = { a: { type: 'Int32', path: [key] } } as const;
  const reader = new JsonReader(specOf({ name: 'test', columns }));
  const right = JSON.stringify({ [key]: 1 });
  // The second record is read with what was learned from the first.
  const run = runOf([right, right, `{"${key}":3}`]);
  expect([0, 1, 2].map((index) => reader.read(run, index))).toEqual(['row', 'row', 'rejected']);
  expect(reader.rejection.reason).toBe(reason);
});
