// Promise: an index of seen offsets contains exactly the seen offsets of its spans. Checked by property.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createOffsetIndex } from '../../../../../src/adapters/clickhouse/event-table/offset-index.js';

test('an index marks each offset of its spans once, and no others', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(60), { maxLength: 40 }),
      fc.array(fc.nat(70)),
      (offsets, seen) => {
        const spans = offsets.map((offset) => ({
          partition: 3,
          epoch: 1,
          first: offset,
          end: offset + 1,
        }));
        const index = createOffsetIndex(spans);
        for (const offset of seen) {
          index.add(3, 1, offset);
          index.add(3, 0, offset + 1);
          index.add(2, 1, offset + 1);
        }
        const expected = new Set(seen.filter((offset) => offsets.includes(offset)));
        expect(index.size).toBe(expected.size);
        for (let offset = 0; offset < 70; offset++) {
          expect(index.has(3, offset)).toBe(expected.has(offset));
          expect(index.has(2, offset)).toBe(false);
        }
      },
    ),
  );
});

test('spans of one partition in two epochs are an error of the caller', () => {
  const span = { partition: 0, first: 0, end: 1 };
  expect(() =>
    createOffsetIndex([
      { ...span, epoch: 0 },
      { ...span, epoch: 1 },
    ]),
  ).toThrow('several epochs');
});
