// Promise: the checksum is CRC-32C, whatever the length and alignment. Checked on the published vectors, and on random
// slices against the definition, bit by bit.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32c } from '../../../../src/activities/kafka/crc32c.js';
import { slowCrc32c } from '../../../support/kafka-record-sets.js';

test('the published vectors come out', () => {
  const ascending = Uint8Array.from({ length: 32 }, (_, index) => index);
  expect(crc32c(Buffer.from('123456789'), 0, 9)).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32), 0, 32)).toBe(0x8a9136aa);
  expect(crc32c(ascending, 0, 32)).toBe(0x46dd794e);
  expect(crc32c(ascending, 7, 7)).toBe(0);
});

test('every slice has the checksum of its definition', () => {
  const slice = fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.nat(40), fc.nat(40));
  fc.assert(
    fc.property(slice, ([bytes, from, to]) => {
      const start = Math.min(from, bytes.length);
      const end = Math.max(start, bytes.length - to);
      expect(crc32c(bytes, start, end)).toBe(slowCrc32c(bytes.subarray(start, end)));
    }),
    { numRuns: 500 },
  );
});
