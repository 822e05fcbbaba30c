// Promise: ClickHouse reads from a column what was appended, at every length and across growth, and a buffer has one owner until
// it is released. Checked with a reader written for the test.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  byteSource,
  ColumnBuffer,
  createColumnPool,
} from '../../../../src/domain/blocks/column-buffer.js';
import { LINEAGE_COLUMNS } from '../../../../src/domain/records/lineage.js';
import { EVENT_CONTRACT } from '../../../../src/domain/contract/event-contract.js';
import { aBuilder, anEvent, COLUMNS } from './block-of.js';
import { readColumn, readRows } from './read-native.js';
import { runOf } from './records-in-memory.js';

const read = (type: string, column: ColumnBuffer) =>
  readColumn({ name: 'c', type, data: column.appended() });

test('values of every length up to 300 bytes and around length boundaries are written whole', () => {
  const column = new ColumnBuffer();
  const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index * 7));
  const lengths = [...Array.from({ length: 301 }, (_, length) => length), 16_383, 16_384, 65_536];
  lengths.forEach((length, start) => {
    column.appendSpan(byteSource(bytes), start, start + length);
  });
  expect(read('String', column)).toEqual(
    lengths.map((length, start) => bytes.subarray(start, start + length)),
  );
});

test('texts are written as UTF-8', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (texts) => {
      const column = new ColumnBuffer();
      for (const text of texts) column.appendText(text);
      expect(read('String', column).map(String)).toEqual(texts);
    }),
  );
});

test('a column grows far beyond its initial size and keeps its content', () => {
  const column = new ColumnBuffer();
  const large = Buffer.alloc(3_000_000, 'x');
  column.appendText('first');
  column.appendSpan(byteSource(large), 0, large.length);
  for (let index = 0; index < 100_000; index++) column.appendText('last');
  const values = read('String', column);
  expect(String(values[0])).toBe('first');
  expect(large.equals(values[1] as Buffer)).toBe(true);
  expect(values).toHaveLength(100_002);
});

test('numbers are little-endian, of four and eight bytes', () => {
  const column = new ColumnBuffer();
  for (const value of [0, 1, 0x8000_0000, 0xffff_ffff]) column.appendUInt32(value);
  expect(read('UInt32', column)).toEqual([0, 1, 0x8000_0000, 0xffff_ffff]);
  column.clear();
  column.appendUInt64Range(0xffff_fffe, 0x1_0000_0002);
  column.appendUInt64Range(Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER);
  expect(read('UInt64', column)).toEqual([
    0xffff_fffen,
    0xffff_ffffn,
    0x1_0000_0000n,
    0x1_0000_0001n,
    BigInt(Number.MAX_SAFE_INTEGER - 1),
  ]);
});

test('repeated values are written as often as requested, including never', () => {
  const column = new ColumnBuffer();
  for (const rows of [0, 1, 100_000]) {
    for (const text of ['topic', 'é', '']) {
      column.clear();
      column.appendDictionaryOf(text, rows);
      const values = read('LowCardinality(String)', column).map(String);
      expect(values).toEqual(Array<string>(rows).fill(text));
    }
  }
  column.clear();
  column.appendRepeatedUInt32(7, 3);
  column.appendRepeatedUInt32(0xffff_ffff, 1);
  expect(read('UInt32', column)).toEqual([7, 7, 7, 0xffff_ffff]);
});

test('the pool lends a buffer once, empty, and again after its release', () => {
  const pool = createColumnPool();
  const first = pool.take('a');
  first.appendText('x');
  const second = pool.take('a');
  expect(second).not.toBe(first);
  pool.giveBack('a', first);
  expect(pool.take('b')).not.toBe(first);
  const again = pool.take('a');
  expect(again).toBe(first);
  expect(again.appended()).toHaveLength(0);
});

test('the pool keeps a bounded number of bytes, so that a burst is not kept forever', () => {
  const pool = createColumnPool(1 << 20);
  for (let round = 0; round < 3; round++) {
    const burst = Array.from({ length: 100 }, (_, index) => pool.take(`c${index % 7}`));
    burst.forEach((buffer, index) => {
      pool.giveBack(`c${index % 7}`, buffer);
    });
    const taken = Array.from({ length: 100 }, (_, index) => pool.take(`c${index % 7}`));
    const kept = taken.filter((buffer) => burst.includes(buffer));
    const bytes = kept.reduce((sum, { capacity }) => sum + capacity, 0);
    expect(bytes).toBeGreaterThan(1 << 19);
    expect(bytes).toBeLessThanOrEqual(1 << 20);
    for (const [index, buffer] of taken.entries()) pool.giveBack(`c${index % 7}`, buffer);
  }
});

test('a block in flight keeps its bytes while the next one is built, until it is released', () => {
  const pool = createColumnPool();
  const builder = aBuilder({ pool });
  const block = (id: string, offset: number) => {
    builder.add(runOf(0, [{ offset, value: anEvent({ event_id: id }) }]), 0);
    return builder.finish();
  };
  const first = block('first', 0);
  const second = block('second', 1);
  expect(String(readRows(first)[0]?.['event_id'])).toBe('first');
  const { buffer } = first.columns[0]!.data;
  builder.release(first);
  builder.release(first);
  const third = block('third', 2);
  const fourth = block('fourth', 3);
  expect(third.columns[0]!.data.buffer).toBe(buffer);
  expect(fourth.columns[0]!.data.buffer).not.toBe(buffer);
  expect(String(readRows(second)[0]?.['event_id'])).toBe('second');
});

test('the insert columns follow the cut in its order, whatever it omits', () => {
  const records = [4, 5, 9].map((offset) => ({
    offset,
    value: anEvent({ event_id: `e${offset}` }),
  }));
  const block = (columns: readonly string[]) => {
    const builder = aBuilder({ cut: { columns } });
    builder.add(runOf(0, records), 0);
    return builder.finish();
  };
  const types = new Map<string, string>([
    ...EVENT_CONTRACT.fields.map(({ column, type }) => [column, type] as const),
    ...LINEAGE_COLUMNS.map(({ name, type }) => [name, type] as const),
  ]);
  const whole = readRows(block(COLUMNS));
  fc.assert(
    fc.property(fc.shuffledSubarray([...COLUMNS]), (columns) => {
      const some = block(columns);
      expect(some.columns.map(({ name, type }) => [name, type])).toEqual(
        columns.map((name) => [name, types.get(name)]),
      );
      expect(readRows(some)).toEqual(
        whole.map((row) => Object.fromEntries(columns.map((name) => [name, row[name]]))),
      );
      expect(some.times).toEqual({ min: 1_795_417_200, max: 1_795_417_200 });
    }),
  );
  expect(whole.map((row) => [row['_epoch'], row['_partition'], row['_offset']])).toEqual([
    [3, 0, 4n],
    [3, 0, 5n],
    [3, 0, 9n],
  ]);
});

test('an unknown column stops the batch before anything is read', () => {
  expect(() => aBuilder({ cut: { columns: ['event_id', 'surprise'] } })).toThrow('surprise');
});
