// Promise: every record of a batch is read as it was written, and only those of the range. Checked on random batches: against
// what was written, against kafkajs's own decoder, and on batches of kafkajs's own encoder.
import fc from 'fast-check';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { type SeenRecord, decodeRecords } from '../../../../support/kafka-decode.js';
import {
  CODEC_NAMES,
  type GivenBatch,
  encodeBatch,
} from '../../../../support/kafka-record-sets.js';

const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
const header = fc.record({
  key: fc.string({ unit: 'grapheme', maxLength: 8 }),
  value: fc.option(bytes),
});
const record = fc.record({
  gap: fc.nat(3),
  timestamp: fc.integer({ min: 0, max: 2 ** 42 }),
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers: fc.array(header, { maxLength: 3 }),
});
const batch = fc.record({
  gapBefore: fc.nat(5),
  gapAfter: fc.nat(5),
  codec: fc.constantFrom(...CODEC_NAMES),
  logAppendTime: fc.option(fc.integer({ min: 0, max: 2 ** 42 }), { nil: undefined }),
  records: fc.array(record, { minLength: 1, maxLength: 20 }),
});
/** Ascending batches, with the holes that compaction leaves between and within them. */
const batches = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 52 }), fc.array(batch, { minLength: 1, maxLength: 6 }))
  .map(([start, given]) => {
    let offset = start;
    return given.map(({ gapBefore, gapAfter, records, ...rest }): GivenBatch => {
      const baseOffset = offset + gapBefore;
      offset = baseOffset;
      const placed = records.map(({ gap, ...fields }) => {
        const at = offset + gap;
        offset = at + 1;
        return { offset: at, ...fields };
      });
      offset += gapAfter;
      return { ...rest, records: placed, baseOffset, lastOffset: offset - 1 };
    });
  });

function expected(given: readonly GivenBatch[]): SeenRecord[] {
  return given.flatMap(({ records, logAppendTime }) =>
    records.map(({ offset, timestamp = 0, key = null, value = null, headers = [] }) => {
      return { offset, timestamp: logAppendTime ?? timestamp, key, value, headers };
    }),
  );
}

test('records are read whole, in every codec', () => {
  fc.assert(
    fc.property(batches, (given) => {
      const { records, next } = decodeRecords(Buffer.concat(given.map(encodeBatch)));
      expect(records).toEqual(expected(given));
      expect(next).toBe(given.at(-1)!.lastOffset! + 1);
    }),
    { numRuns: 300 },
  );
});

test('a range returns its own records and no others', () => {
  const cut = fc.tuple(batches, fc.nat(60), fc.nat(60));
  fc.assert(
    fc.property(cut, ([given, skip, length]) => {
      const first = given[0]!.baseOffset! + skip;
      const end = first + length;
      const { records, next } = decodeRecords(Buffer.concat(given.map(encodeBatch)), {
        first,
        end,
      });
      const within = expected(given).filter(({ offset }) => offset >= first && offset < end);
      expect(records).toEqual(within);
      expect(next).toBeLessThanOrEqual(end);
    }),
    { numRuns: 300 },
  );
});

test('a fetch that is truncated anywhere returns the whole batches before', () => {
  const cut = fc.tuple(batches, fc.nat(5_000));
  fc.assert(
    fc.property(cut, ([given, at]) => {
      const encoded = given.map(encodeBatch);
      const set = Buffer.concat(encoded);
      const size = encoded[0]!.length + (at % Math.max(1, set.length - encoded[0]!.length));
      let [whole, sum] = [0, 0];
      for (const one of encoded) if ((sum += one.length) <= size) whole += 1;
      const { records, next } = decodeRecords(set.subarray(0, size));
      expect(records).toEqual(expected(given.slice(0, whole)));
      expect(next).toBe(given[whole - 1]!.lastOffset! + 1);
    }),
  );
});

test('kafkajs reads the same records', async () => {
  const plain = batches.map((given) => given.map((one): GivenBatch => ({ ...one, codec: 'none' })));
  await fc.assert(
    fc.asyncProperty(plain, async (given) => {
      for (const one of given) {
        const encoded = encodeBatch(one);
        const theirs = await kafkajsDecode(new KafkajsDecoder(encoded));
        const ours = decodeRecords(encoded).records;
        const comparable = theirs.records.map(({ offset, timestamp, key, value }, index) => {
          const { headers } = ours[index]!;
          return { offset: Number(offset), timestamp: Number(timestamp), key, value, headers };
        });
        expect(comparable).toEqual(ours);
      }
    }),
  );
});

test('batches that kafkajs writes are read', async () => {
  const given = Array.from({ length: 50 }, (_, index) => ({
    offsetDelta: index,
    timestampDelta: index * 7,
    key: index % 3 === 0 ? null : Buffer.from(`key ${index}`),
    value: Buffer.from(`value ${index}`),
    headers: { a: Buffer.from(`${index}`) },
  }));
  for (const compression of [0, 1]) {
    const encoded = await kafkajsEncodeBatch({
      compression,
      firstOffset: 1_000,
      firstTimestamp: 1_700_000_000_000,
      lastOffsetDelta: 49,
      records: given.map(kafkajsEncodeRecord),
    });
    const { records } = decodeRecords(encoded.buffer);
    expect(records).toEqual(
      given.map(({ offsetDelta, timestampDelta, key, value, headers }) => ({
        offset: 1_000 + offsetDelta,
        timestamp: 1_700_000_000_000 + timestampDelta,
        key,
        value,
        headers: [{ key: 'a', value: headers.a }],
      })),
    );
  }
});

test('a batch of 130,000 records is read', () => {
  const records = Array.from({ length: 130_000 }, (_, offset) => ({
    offset,
    value: Buffer.from([1]),
  }));
  for (const codec of ['none', 'lz4'] as const) {
    const seen = decodeRecords(encodeBatch({ records, codec })).records;
    expect(seen.length).toBe(130_000);
    expect(seen.at(-1)!.offset).toBe(129_999);
  }
});

test('a batch that compaction emptied still moves the reader past it', () => {
  const empty = encodeBatch({ records: [], baseOffset: 10, lastOffset: 4_999, codec: 'zstd' });
  expect(decodeRecords(empty, { first: 10 })).toEqual({ records: [], next: 5_000 });
});

const require = createRequire(import.meta.url);
const kafkajsDecode = require('kafkajs/src/protocol/recordBatch/v0/decoder') as (
  decoder: unknown,
) => Promise<{
  records: { offset: string; timestamp: string; key: Buffer | null; value: Buffer | null }[];
}>;
const KafkajsDecoder = require('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => unknown;
const { RecordBatch: kafkajsEncodeBatch } = require('kafkajs/src/protocol/recordBatch/v0') as {
  RecordBatch: (batch: object) => Promise<{ buffer: Buffer }>;
};
const kafkajsEncodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0') as (
  record: object,
) => unknown;
