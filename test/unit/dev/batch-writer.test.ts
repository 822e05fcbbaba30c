// Promise: the batches of the fast producer contain the records that were added, with every codec. Checked with the product's
// decoder, which also verifies lengths and checksum. A real broker judges them in the integration tests.
import { describe, expect, test } from 'vitest';
import { createBatchWriter } from '../../../dev/events/batch-writer.js';
import { CODECS } from '../../../dev/events/compress.js';
import { decodeRecords } from '../../support/kafka-decode.js';

const VALUES = ['a', 'b'.repeat(63), 'c'.repeat(64), null, 'd'.repeat(9_000)];
const TIME_MS = Date.UTC(2026, 10, 24);

describe.each(CODECS)('a batch with codec %s', (codec) => {
  test('contains the records that were added, in order', () => {
    const writer = createBatchWriter(codec);
    const batch = fill(writer);
    const { records, next } = decodeRecords(batch);
    expect(records.map(({ value }) => value && String(value))).toEqual(VALUES);
    expect(records.map(({ offset }) => offset)).toEqual(VALUES.map((_, index) => index));
    expect(new Set(records.map(({ timestamp }) => timestamp))).toEqual(new Set([TIME_MS]));
    expect(next).toBe(VALUES.length);
  });

  test('is followed by another one without any of its records', () => {
    const writer = createBatchWriter(codec);
    fill(writer);
    writer.bytes.write('x', writer.add(1));
    const { records } = decodeRecords(writer.finish(TIME_MS));
    expect(records.map(({ value }) => String(value))).toEqual(['x']);
  });
});

test('a batch accepts records until it is as large as a broker allows', () => {
  const writer = createBatchWriter('none');
  while (writer.hasRoom(1_000)) writer.add(1_000);
  const batch = writer.finish(TIME_MS);
  expect(batch.length).toBeGreaterThan(990_000);
  expect(batch.length).toBeLessThan(1_048_588);
});

function fill(writer: ReturnType<typeof createBatchWriter>): Buffer {
  for (const value of VALUES) {
    const at = writer.add(value === null ? null : value.length);
    if (value !== null) writer.bytes.write(value, at);
  }
  return writer.finish(TIME_MS);
}
