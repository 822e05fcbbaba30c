// Promise: no number in an object makes the check of objects throw, however long the number is. It would stop the pipeline at
// that record instead of rejecting it.
import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { jsonFaultIn } from '../../../../../src/domain/types/json-text/storable-json.js';

const faultOf = (value: string) => jsonFaultIn(Buffer.from(`{"a":${value}}`), 0);

test.each([20, 21, 159, 160, 161, 400, 100_000])('an integer of %i digits', (length) => {
  const fault = 'must not contain integers beyond 64 bits';
  expect(faultOf('9'.repeat(length))).toBe(fault);
  expect(faultOf(`[-${'9'.repeat(length)},1.5]`)).toBe(fault);
});

test('a fraction of 100,000 digits', () => {
  expect(faultOf(`0.${'9'.repeat(100_000)}`)).toBe(null);
  expect(faultOf(`${'9'.repeat(100_000)}.5`)).toBe('must not contain numbers beyond 1.8e308');
});
