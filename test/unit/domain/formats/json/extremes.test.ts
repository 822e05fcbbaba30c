// Promise: nesting and size do not matter: a deep or long record becomes its row, on every release of Node, and one that is
// longer than any string becomes a dead letter. Checked at the extremes, where a stack would overflow.
import { constants } from 'node:buffer';
import { expect, test } from 'vitest';
import { BYTES, ZOD } from '../../blocks/block-of.js';
import { anEvent } from '../../blocks/block-of.js';

test.each([
  ['arrays', '[', ']'],
  ['objects', '{"a":', '}'],
])('a payload of %s, 1,000,000 deep, is a row', (_, open, close) => {
  const payload = `{"deep":${open.repeat(1_000_000)}1${close.repeat(1_000_000)}}`;
  const value = Buffer.from(anEvent().replace(/"payload":\{.*?\}/, () => `"payload":${payload}`));
  expect(BYTES.scanner?.scan(value, 0, value.length)).toBe(false);
  const outcome = ZOD.decode(value);
  expect(outcome.kind === 'row' && outcome.row['payload'] === payload).toBe(true);
});

test('any number of brackets that never close is not JSON', () => {
  const value = Buffer.from('['.repeat(5_000_000));
  expect(ZOD.decode(value)).toMatchObject({ kind: 'rejected', reason: 'invalid_json' });
});

test('a string of 10 MiB and a number of 1,000,000 digits are kept whole', () => {
  const text = 'x'.repeat(10 << 20);
  const digits = '9'.repeat(1_000_000);
  const value = Buffer.from(
    anEvent({ event_id: text, payload: { n: 7 } }).replace('{"n":7}', `{"n":${digits}}`),
  );
  expect(BYTES.scanner?.scan(value, 0, value.length)).toBe(true);
  const outcome = ZOD.decode(value);
  expect(outcome.kind === 'row' && outcome.row['event_id'] === text).toBe(true);
  expect(outcome.kind === 'row' && outcome.row['payload'] === `{"n":${digits}}`).toBe(true);
});

test('a value longer than any string is a dead letter', () => {
  // Never touched, so that it takes no memory.
  const value = Buffer.allocUnsafeSlow(constants.MAX_STRING_LENGTH + 1);
  expect(ZOD.decode(value)).toMatchObject({ kind: 'rejected', reason: 'invalid_json' });
});
