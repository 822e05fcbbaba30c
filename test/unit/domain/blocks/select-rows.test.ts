// Promise: the rows that are sent again are exactly the selected ones, byte for byte. Checked on random selections, reading both
// blocks with the test's own reader.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { selectRows } from '../../../../src/domain/blocks/select-rows.js';
import { aBuilder, anEvent } from './block-of.js';
import { readRows } from './read-native.js';
import { runOf } from './records-in-memory.js';

function aBlock(offsets: readonly number[]) {
  const half = offsets.length >> 1;
  const builder = aBuilder({
    ranges: [
      { partition: 1, epoch: 0, first: '0', end: '1000' },
      { partition: 2, epoch: 5, first: '0', end: '1000' },
    ],
  });
  const records = offsets.map((offset, index) => ({
    offset,
    value: anEvent({ event_id: `e${offset}`, payload: { size: 'x'.repeat(index * 13) } }),
  }));
  if (half > 0) builder.add(runOf(1, records.slice(0, half)), 0);
  builder.add(runOf(2, records.slice(half)), 0);
  return builder.finish();
}

const offsets = fc
  .uniqueArray(fc.nat(40), { minLength: 1, maxLength: 30 })
  .map((list) => list.toSorted((a, b) => a - b));

test('selected rows keep their offsets', () => {
  fc.assert(
    fc.property(offsets, fc.func(fc.boolean()), (list, choose) => {
      const block = aBlock(list);
      const keep = (partition: number, offset: number) => choose(partition, offset);
      const left = selectRows(block, keep);
      const chosen = readRows(block).filter((row) =>
        keep(Number(row['_partition']), Number(row['_offset'])),
      );
      expect(left.rows).toBe(chosen.length);
      expect(readRows(left)).toEqual(chosen);
      const inSpans = left.spans.flatMap(({ partition, epoch, first, end }) =>
        Array.from({ length: end - first }, (_, index) => [
          partition,
          epoch,
          BigInt(first + index),
        ]),
      );
      expect(inSpans).toEqual(
        chosen.map((row) => [row['_partition'], row['_epoch'], row['_offset']]),
      );
      for (const [index, span] of left.spans.entries()) {
        const before = left.spans[index - 1];
        expect(before?.partition === span.partition && before.end === span.first).toBe(false);
      }
    }),
    { numRuns: 300 },
  );
});

test('selected rows decide no offsets, and outlive the block they were selected from', () => {
  const builder = aBuilder();
  builder.add(
    runOf(0, [
      { offset: 0, value: anEvent() },
      { offset: 1, value: 'bad' },
      { offset: 5, value: anEvent() },
    ]),
    0,
  );
  const block = builder.finish();
  const left = selectRows(block, (_, offset) => offset === 5);
  expect(left).toMatchObject({ rows: 1, records: 1, covered: [], deadLetters: [], filtered: 0 });
  expect(left.times).toEqual(block.times);
  for (const { data } of block.columns) data.fill(0);
  expect(readRows(left)).toMatchObject([{ _offset: 5n, event_id: Buffer.from('evt-1') }]);
});

test('an empty selection leaves nothing of a block', () => {
  const left = selectRows(aBlock([1, 2, 3]), () => false);
  expect(left).toMatchObject({ rows: 0, spans: [], times: null, valueBytes: 0 });
  expect(left.columns.every(({ data }) => data.length === 0)).toBe(true);
});
