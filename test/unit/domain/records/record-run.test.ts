// Promise: selected records of a run form a run, with everything that belongs to each of them. Checked field by field.
import { expect, test } from 'vitest';
import { pickRecords } from '../../../../src/domain/records/record-run.js';
import { runOf } from '../../../support/json-run.js';

test('selected records keep their offsets, keys, values, times and headers', () => {
  const whole = runOf(['a', null, 'ccc', 'd'], { keys: ['k0', 'k1', null, 'k3'] });
  const headers = (index: number) => [{ key: `h${index}`, value: null }];
  const run = { ...whole, timestamps: Float64Array.of(10, 11, 12, 13), headers };
  const picked = pickRecords(run, [1, 2]);
  const text = (start = -1, end = -1) =>
    start < 0 ? null : picked.bytes.toString('utf8', start, end);
  expect(picked.count).toBe(2);
  expect([...picked.offsets]).toEqual([1, 2]);
  expect([...picked.timestamps]).toEqual([11, 12]);
  expect([0, 1].map((at) => text(picked.valueStarts[at], picked.valueEnds[at]))).toEqual([
    null,
    'ccc',
  ]);
  expect([0, 1].map((at) => text(picked.keyStarts[at], picked.keyEnds[at]))).toEqual(['k1', null]);
  expect(picked.headers(1)).toEqual([{ key: 'h2', value: null }]);
});

test('selecting all records returns the run itself', () => {
  const run = runOf(['a', 'b']);
  expect(pickRecords(run, [0, 1])).toBe(run);
});
