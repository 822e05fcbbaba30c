// Promise: damaged bytes cause a message that names partition and offset, or the right records, but never other records, a crash
// or an endless loop. Checked by changing bytes at random, with the old checksum and with one that hides the change.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordsCorrupt } from '../../../../../src/adapters/kafka/protocol/errors.js';
import { decodeRecords } from '../../../../support/kafka-decode.js';
import { CODEC_NAMES, compress, encodeBatch, seal } from '../../../../support/kafka-record-sets.js';

const RECORDS = Array.from({ length: 30 }, (_, index) => ({
  offset: 500 + index,
  timestamp: 1_700_000_000_000 + index,
  key: index % 4 === 0 ? null : Buffer.from(`key ${index}`),
  value: Buffer.from(`value ${index}`.repeat(index)),
  headers: index % 5 === 0 ? [{ key: 'h', value: Buffer.from('v') }] : [],
}));

const change = fc.record({
  codec: fc.constantFrom(...CODEC_NAMES),
  at: fc.nat(),
  to: fc.integer({ min: 1, max: 255 }),
  more: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
});

function damage({ codec, at, to, more }: typeof change extends fc.Arbitrary<infer T> ? T : never) {
  const bytes = encodeBatch({ records: RECORDS, codec });
  const place = 17 + (at % (bytes.length - 17));
  bytes[place]! ^= to;
  for (const [where, value] of more) bytes[61 + (where % (bytes.length - 61))] = value;
  return bytes;
}

function messageOf(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(RecordsCorrupt);
    return (error as Error).message;
  }
}

test('the checksum detects a change at any position', () => {
  fc.assert(
    fc.property(change, (given) => {
      const message = messageOf(() =>
        decodeRecords(damage({ ...given, more: [] }), { first: 500 }),
      );
      expect(message).toMatch(/offset 500 of partition 3 of topic "t".*checksum/);
    }),
    { numRuns: 500 },
  );
});

test('bytes that no producer could have written never crash the reader', () => {
  fc.assert(
    fc.property(change, (given) => {
      const bytes = seal(damage(given));
      const message = messageOf(() => {
        const { records, next } = decodeRecords(bytes, { first: 500 });
        const offsets = records.map(({ offset }) => offset);
        expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
        for (const offset of offsets) expect(offset).toBeLessThan(next);
      });
      if (message !== null) expect(message).toMatch(/offset \d+ (of|in) partition 3/);
    }),
    { numRuns: 2_000 },
  );
});

test('random bytes never crash the reader', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.boolean(),
      (array, looksRight) => {
        const bytes = Buffer.from(array);
        if (looksRight && bytes.length > 61) {
          bytes.writeInt32BE(bytes.length - 12, 8);
          bytes.writeInt8(2, 16);
          seal(bytes);
        }
        messageOf(() => decodeRecords(bytes));
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a fetch without a whole batch is an error and not an empty range', () => {
  const bytes = encodeBatch({ records: RECORDS });
  expect(() => decodeRecords(bytes.subarray(0, bytes.length - 1), { first: 500 })).toThrow(
    /offset 500 of partition 3.*its end is missing/,
  );
  expect(decodeRecords(Buffer.alloc(0), { first: 500 }).next).toBe(500);
});

test('more records than the batch declares are refused', () => {
  const beyond = encodeBatch({ records: RECORDS, lastOffset: 510 });
  expect(() => decodeRecords(beyond)).toThrow(/the lengths of a record do not match its bytes/);
  const twice = encodeBatch({
    records: [{ offset: 1 }, { offset: 1 }],
    baseOffset: 1,
    lastOffset: 2,
  });
  expect(() => decodeRecords(twice)).toThrow(/the lengths of a record do not match its bytes/);
  const backwards = [
    encodeBatch({ records: [{ offset: 5 }] }),
    encodeBatch({ records: [{ offset: 5 }] }),
  ];
  expect(() => decodeRecords(Buffer.concat(backwards))).toThrow(/follows a later one/);
});

test('a length beyond its record and a record beyond its batch are refused', () => {
  const records = [{ offset: 7, value: Buffer.from('abc') }, { offset: 8 }];
  const bytes = encodeBatch({ records });
  const valueLength = bytes.indexOf('abc') - 1;
  for (const [at, byte] of [
    // The value reaches into the next record.
    [valueLength, 2 * 9],
    // The first record's length extends beyond the batch, and one byte beyond its own end.
    [61, 2 * 60],
    [61, bytes[61]! + 2],
  ] as const) {
    const changed = Buffer.from(bytes);
    changed[at] = byte;
    expect(() => decodeRecords(seal(changed))).toThrow(
      /offset 7 of partition 3.*the lengths of a record do not match/,
    );
  }
});

test('a batch that is longer than its records is refused', () => {
  for (const codec of CODEC_NAMES) {
    const compressed = compress(codec, Buffer.from([12, 0, 0, 0, 1, 1, 0, 0xaa]));
    const bytes = encodeBatch({ records: [{ offset: 7 }], codec, compressed });
    expect(() => decodeRecords(bytes)).toThrow(/offset 7 of partition 3.*longer than its records/);
  }
});

test("Kafka's old formats are named", () => {
  for (const magic of [0, 1]) {
    const bytes = encodeBatch({ records: RECORDS, magic });
    expect(() => decodeRecords(bytes)).toThrow(/offset 500 of partition 3.*old message format/);
  }
});
