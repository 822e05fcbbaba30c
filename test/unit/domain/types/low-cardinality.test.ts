// Promise: a LowCardinality column has each value once in its dictionary, with the narrowest indexes that hold them, and is sent
// as the bare type if it has too many. Checked by reading it back row by row with an independent reader.
import { expect, test } from 'vitest';
import { columnTypeOf } from '../../../../src/domain/types/create-column-type.js';
import { selectEncoded } from '../../../../src/domain/types/native/select-encoded.js';
import { ValueFault } from '../../../../src/domain/types/value-fault.js';

function encode(type: string, values: readonly (string | null)[]) {
  const writer = columnTypeOf(type).createWriter({ fault: new ValueFault() });
  for (const value of values) writer.appendValue(value);
  const parts: Buffer[] = [];
  writer.prefix(parts);
  writer.data(parts);
  return { sent: writer.sentType(), data: Buffer.concat(parts) };
}

/** The format of ClickHouse's documentation, for texts shorter than 128 bytes. */
function decode(sent: string, data: Buffer, rows: number): readonly (string | null)[] {
  let at = 0;
  const word = () => Number(data.readBigUInt64LE((at += 8) - 8));
  const text = () => {
    const length = data[at++]!;
    return data.toString('utf8', at, (at += length));
  };
  const isNullable = sent.includes('Nullable');
  if (!sent.startsWith('LowCardinality')) {
    const nulls = isNullable ? data.subarray(0, (at = rows)) : Buffer.alloc(rows);
    const values = Array.from({ length: rows }, (_, row) =>
      nulls[row] === 1 ? (text(), null) : text(),
    );
    expect(at).toBe(data.length);
    return values;
  }
  expect(word()).toBe(1);
  const width = 2 ** (word() - 0x200);
  const keys = Array.from({ length: word() }, text);
  expect(word()).toBe(rows);
  const values = Array.from({ length: rows }, () => {
    const index = data.readUIntLE(at, width);
    at += width;
    return isNullable && index === 0 ? null : keys[index]!;
  });
  expect(at).toBe(data.length);
  expect(new Set(keys.slice(isNullable ? 1 : 0)).size).toBe(keys.length - (isNullable ? 1 : 0));
  return values;
}

const numbered = (count: number, distinct: number) =>
  Array.from({ length: count }, (_, index) => `v${(index * 7) % distinct}`);

test.each([
  { type: 'LowCardinality(String)', distinct: 256, sent: 'LowCardinality(String)' },
  { type: 'LowCardinality(String)', distinct: 257, sent: 'LowCardinality(String)' },
  {
    type: 'LowCardinality(Nullable(String))',
    distinct: 255,
    sent: 'LowCardinality(Nullable(String))',
  },
  {
    type: 'LowCardinality(Nullable(String))',
    distinct: 256,
    sent: 'LowCardinality(Nullable(String))',
  },
  { type: 'LowCardinality(String)', distinct: 16_384, sent: 'LowCardinality(String)' },
  { type: 'LowCardinality(String)', distinct: 16_385, sent: 'String' },
  {
    type: 'LowCardinality(Nullable(String))',
    distinct: 16_383,
    sent: 'LowCardinality(Nullable(String))',
  },
  { type: 'LowCardinality(Nullable(String))', distinct: 16_384, sent: 'Nullable(String)' },
])('$type with $distinct values is sent as $sent', ({ type, distinct, sent: expected }) => {
  const numbers = numbered(2 * distinct, distinct);
  // The empty text, whose bytes also represent NULL, replaces one of the others.
  const stored = type.includes('Nullable')
    ? [null, '', ...numbers.filter((value) => value !== 'v0'), null]
    : numbers;
  const { sent, data } = encode(type, stored);
  expect(sent).toBe(expected);
  expect(decode(sent, data, stored.length)).toEqual(stored);
  const some = selectEncoded(columnTypeOf(sent).layout, data, {
    rows: stored.length,
    kept: [
      [0, 1],
      [2, stored.length],
    ],
  });
  expect(decode(sent, some, stored.length - 1)).toEqual(stored.filter((_, row) => row !== 1));
  const none = selectEncoded(columnTypeOf(sent).layout, data, { rows: stored.length, kept: [] });
  expect(none).toHaveLength(0);
});

test('a nested LowCardinality is sent without its dictionary as well', () => {
  const writer = columnTypeOf(
    'Map(LowCardinality(String), Array(LowCardinality(UInt32)))',
  ).createWriter({
    fault: new ValueFault(),
  });
  writer.appendValue(
    Object.fromEntries(numbered(40_000, 20_000).map((key, index) => [key, [index % 3]])),
  );
  expect(writer.sentType()).toBe('Map(String, Array(LowCardinality(UInt32)))');
});

test('a cleared column begins with an empty dictionary', () => {
  const writer = columnTypeOf('LowCardinality(Nullable(String))').createWriter({
    fault: new ValueFault(),
  });
  for (const value of numbered(40_000, 20_000)) writer.appendValue(value);
  writer.clear();
  writer.mark();
  writer.appendValue('');
  expect(writer.recent(1)).toEqual(['']);
  expect(writer.sentType()).toBe('LowCardinality(Nullable(String))');
});
