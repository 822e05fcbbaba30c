// Promise: a key that JSON can spell only with escapes is found where it is spelt so, and nowhere else: the same bytes without the
// escape are no JSON, or another key. Asked through the reader of records, whose text is not checked before.
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
  // The second record is read as the first lets one guess.
  const run = runOf([right, right, `{"${key}":3}`]);
  expect([0, 1, 2].map((index) => reader.read(run, index))).toEqual(['row', 'row', 'rejected']);
  expect(reader.rejection.reason).toBe(reason);
});
