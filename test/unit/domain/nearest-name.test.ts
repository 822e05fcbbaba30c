// Promise: a misspelled name gets the intended one as a suggestion, and an unrelated word gets none.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearestName } from '../../../src/domain/nearest-name.js';

const NAMES = ['worker', 'start', 'status', 'stop', 'pause', 'resume', 'dead-letters'];

test.each([
  ['sart', 'start'],
  ['statsu', 'status'],
  ['stpo', 'stop'],
  ['puase', 'pause'],
  ['resmue', 'resume'],
  ['deadletters', 'dead-letters'],
  ['dead', 'dead-letters'],
  ['launch', null],
  ['x', null],
])('%s suggests %s', (given, meant) => {
  expect(nearestName(given, NAMES)).toBe(meant);
});

test('the distance counts inserted, removed, replaced and swapped letters', () => {
  expect(editDistance('status', 'status')).toBe(0);
  expect(editDistance('stats', 'status')).toBe(1);
  expect(editDistance('statuss', 'status')).toBe(1);
  expect(editDistance('stadus', 'status')).toBe(1);
  expect(editDistance('sattus', 'status')).toBe(1);
  expect(editDistance('', 'status')).toBe(6);
});

test('the distance is symmetric, and 0 only for equal words', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '-'), maxLength: 8 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      const distance = editDistance(a, b);
      expect(editDistance(b, a)).toBe(distance);
      expect(distance === 0).toBe(a === b);
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});
