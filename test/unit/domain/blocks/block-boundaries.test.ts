// Promise: the same records and the same limits result in the same blocks, however the fetches were sliced. Together they decide
// every offset once, and none ends before it must. Checked on random batches of two partitions with holes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anEvent } from './block-of.js';
import { blocksOf, type Fetch } from './blocks-of.js';
import type { TestRecord } from './records-in-memory.js';

/** Two partitions with holes, all results of a record, and limits small enough to matter. */
const batches = fc
  .record({
    gaps: fc.array(fc.tuple(fc.constantFrom(0, 0, 0, 1, 5), fc.nat(5)), { maxLength: 40 }),
    split: fc.nat(40),
    tail: fc.nat(3),
    maxRows: fc.integer({ min: 1, max: 12 }),
    maxBytes: fc.constantFrom(1, 200, 700, 100_000),
    maxTablePartitions: fc.integer({ min: 1, max: 3 }),
    alone: fc.subarray([0, 3, 9, 20]),
    known: fc.subarray([1, 2, 3, 12]),
  })
  .map(({ gaps, split, tail, alone, known, ...limits }) => {
    let next = 0;
    const records = gaps.map(([gap, kind]) => {
      const offset = next + gap;
      next = offset + 1;
      return { offset, value: valueOf(kind) };
    });
    const cutAt = records[split]?.offset ?? next;
    const ofPartition = (
      partition: number,
      of: readonly TestRecord[],
      first: number,
      end: number,
    ) => ({
      range: { partition, epoch: 1, first: String(first), end: String(end) },
      records: of,
    });
    const parts = [
      ofPartition(0, records.slice(0, split), 0, cutAt),
      ofPartition(2, records.slice(split), cutAt, next + tail),
    ].filter(({ range }) => range.first !== range.end);
    const places = (offsets: readonly number[]) =>
      parts.flatMap(({ range }) =>
        offsets.map((offset) => ({ partition: range.partition, offset })),
      );
    const cut = { ...limits, tablePartition: 'month' as const, alone: places(alone) };
    const letters = places(known).map((place) => ({ ...place, reason: 'wrong_type' as const }));
    return { parts, cut, known: letters };
  });

function valueOf(kind: number): string | null {
  const months = ['2026-10', '2026-11', '2026-12'];
  if (kind === 4) return 'no JSON';
  if (kind === 5) return null;
  return anEvent({ timestamp: `${months[kind % 3]!}-01T00:00`, source: 'x'.repeat(1 + kind * 20) });
}

test('blocks do not depend on how fetches are sliced', () => {
  fc.assert(
    fc.property(batches, fc.array(fc.nat(6), { maxLength: 30 }), ({ parts, cut, known }, sizes) => {
      const ranges = parts.map(({ range }) => range);
      const whole = parts.map(({ range, records }) => ({
        partition: range.partition,
        records,
        next: Number(range.end),
      }));
      const sliced = parts.flatMap(({ range, records }) => {
        const fetches: Fetch[] = [];
        let from = 0;
        for (const size of sizes) {
          const slice = records.slice(from, from + size);
          from += slice.length;
          const next = records[from]?.offset ?? Number(range.end);
          fetches.push({ partition: range.partition, records: slice, next });
        }
        const rest = {
          partition: range.partition,
          records: records.slice(from),
          next: Number(range.end),
        };
        return [...fetches, rest];
      });
      const blocks = blocksOf({ ranges, fetches: whole, cut, known });
      expect(blocksOf({ ranges, fetches: sliced, cut, known })).toEqual(blocks);
    }),
    { numRuns: 400 },
  );
});

test('blocks together decide every offset once, in order, and respect every limit', () => {
  fc.assert(
    fc.property(batches, ({ parts, cut, known }) => {
      const ranges = parts.map(({ range }) => range);
      const fetches = parts.map(({ range, records }) => ({
        partition: range.partition,
        records,
        next: Number(range.end),
      }));
      const blocks = blocksOf({ ranges, fetches, cut, known });
      const covered = blocks.flatMap((block) =>
        block.covered.flatMap(({ partition, first, end }) =>
          Array.from({ length: end - first }, (_, index) => `${partition}/${first + index}`),
        ),
      );
      const planned = ranges.flatMap(({ partition, first, end }) =>
        Array.from(
          { length: Number(end) - Number(first) },
          (_, index) => `${partition}/${Number(first) + index}`,
        ),
      );
      expect(covered).toEqual(planned);
      for (const block of blocks) {
        expect(block.rows).toBeLessThanOrEqual(cut.maxRows);
        expect(block.records === 1 || block.valueBytes <= cut.maxBytes).toBe(true);
        expect(block.tablePartitions).toBeLessThanOrEqual(cut.maxTablePartitions);
        const fates = block.rows + block.deadLetters.length + block.knownDeadLetters.length;
        expect(fates).toBe(block.records);
        expect(block.lone === null).toBe(block.rows !== 1);
      }
      expect(blocks.reduce((sum, block) => sum + block.records, 0)).toBe(
        parts.reduce((sum, { records }) => sum + records.length, 0),
      );
    }),
    { numRuns: 400 },
  );
});

test('no block ends early, because the next record would have exceeded a limit', () => {
  fc.assert(
    fc.property(batches, ({ parts, cut }) => {
      const ranges = parts.map(({ range }) => range);
      const fetches = parts.map(({ range, records }) => ({
        partition: range.partition,
        records,
        next: Number(range.end),
      }));
      const blocks = blocksOf({ ranges, fetches, cut });
      const alone = new Set(cut.alone.map(({ partition, offset }) => `${partition}/${offset}`));
      const records = parts.flatMap(({ range, records: of }) =>
        of.map((record) => ({ ...record, partition: range.partition })),
      );
      let next = 0;
      for (const block of blocks.slice(0, -1)) {
        const own = records.slice(next, next + block.records);
        next += block.records;
        const refused = records[next];
        if (refused === undefined) continue;
        const isAlone = ({ partition, offset }: { partition: number; offset: number }) =>
          alone.has(`${partition}/${offset}`);
        const bytes = Buffer.byteLength(refused.value ?? '');
        const month = /"timestamp":"(\d{4}-\d\d)/.exec(String(refused.value))?.[1];
        const months = new Set(
          own.map(({ value }) => /"timestamp":"(\d{4}-\d\d)/.exec(String(value))?.[1]),
        );
        months.delete(undefined);
        const because = [
          block.rows === cut.maxRows,
          block.valueBytes + bytes > cut.maxBytes,
          month !== undefined && !months.has(month) && months.size === cut.maxTablePartitions,
          isAlone(refused) || own.some(isAlone),
        ];
        expect(because).toContain(true);
      }
    }),
    { numRuns: 400 },
  );
});
