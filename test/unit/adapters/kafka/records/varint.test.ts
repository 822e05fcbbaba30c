// Promise: every number that a record can hold is read as it was written, and one without an end moves the reader beyond every
// bound. Checked on random numbers of each size against a separate encoder.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VarintReader } from '../../../../../src/adapters/kafka/records/varint.js';
import { varint } from '../../../../support/kafka-record-sets.js';

test('32-bit numbers are read, and the reader is then past them', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), (numbers) => {
      const bytes = Buffer.concat(numbers.map((number) => varint(BigInt(number))));
      const reader = new VarintReader(bytes, 0);
      expect(numbers.map(() => reader.varint())).toEqual(numbers);
      expect(reader.at).toBe(bytes.length);
    }),
  );
});

test('numbers up to 2^53 are read', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.nat(1_000), (large, small) => {
      const bytes = Buffer.concat([varint(BigInt(large)), varint(BigInt(-small))]);
      const reader = new VarintReader(bytes, 0);
      expect([reader.varlong(), reader.varlong()]).toEqual([large, 0 - small]);
      expect(reader.at).toBe(bytes.length);
    }),
  );
});

test('the 64-bit limits are read as precisely as a number can be', () => {
  for (const end of [2n ** 63n - 1n, -(2n ** 63n)]) {
    const reader = new VarintReader(varint(end), 0);
    expect(reader.varlong()).toBe(Number(end));
    expect(reader.at).toBe(10);
  }
});

test('a number without an end leads beyond every bound', () => {
  const endless = Buffer.alloc(64, 0xff);
  const [short, long] = [new VarintReader(endless, 0), new VarintReader(endless, 0)];
  short.varint();
  long.varlong();
  expect([short.at, long.at]).toEqual([Infinity, Infinity]);
});

test('reading past the end stops, and never returns into the bytes', () => {
  const reader = new VarintReader(Buffer.from([0x80]), 0);
  reader.varint();
  reader.varlong();
  reader.skip(reader.varint());
  expect(reader.at).toBeGreaterThan(1);
});
