// Promise: many rejections are reported by reason, each with one example offset, in a short text, and without any content of a
// record. Checked on the decoder's results for records with a marker.
import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { describeRejections } from '../../../../src/domain/blocks/describe-rejections.js';
import { EVENT_CONTRACT } from '../../../../src/domain/contract/event-contract.js';
import { createEventDecoder } from '../../../../src/domain/formats/json/decode.js';
import type { DeadLetterReason } from '../../../../src/domain/dead-letters/dead-letter.js';

const MARKER = 'marker-6b1f';
const decode = createEventDecoder(EVENT_CONTRACT);

function rejected(value: Buffer, offset: number) {
  const decoded = decode(value);
  if (decoded.kind !== 'rejected') throw new Error('it was not rejected');
  return { ...decoded, partition: offset % 3, offset };
}

/** As Confluent's serializers write: a zero, the schema's id, and the record. */
const withHeader = (schemaId: number, rest: Buffer | string) => {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(schemaId, 1);
  return Buffer.concat([header, Buffer.from(rest)]);
};

test('each reason has its count and one offset, and the most frequent one its rule', () => {
  const text = describeRejections([
    rejected(Buffer.from('[]'), 4),
    rejected(Buffer.from(`not JSON ${MARKER}`), 7),
    rejected(Buffer.from('nor this'), 8),
  ]);
  expect(text).toBe(
    'invalid_json 2, for example offset 7 of partition 1 (the value is not JSON); wrong_type 1, for example offset 4 of partition 1',
  );
});

test.each([
  ['JSON', `{"event_id":"${MARKER}"}`],
  ['binary Avro or Protobuf', Buffer.from([0x0a, 0xff, 0xfe, 0x80])],
  ['Avro or Protobuf that happens to be text', Buffer.from(`\x0a\x18${MARKER}`)],
])('a schema registry header before %s is recognised, with the id and nothing else', (_, rest) => {
  const rejection = rejected(withHeader(70_001, rest), 0);
  expect(rejection.error).toMatch(
    /^the value starts with a schema registry header \(schema id 70001\): /,
  );
  expect(describeRejections([rejection])).toContain('(schema id 70001)');
  expect(describeRejections([rejection])).not.toContain(MARKER);
});

test('four bytes that are not a registry id are content and not quoted', () => {
  for (const number of [0, 10_000_001, 0x4d41524b, 0xfffefffe]) {
    expect(rejected(withHeader(number, ''), 0).error).toMatch(/^the value is not (JSON|UTF-8)$/);
  }
});

test('a zero byte alone and text that begins differently are no header', () => {
  for (const value of [Buffer.alloc(4), Buffer.from(`\x01\x00\x00\x00\x07{}`)]) {
    expect(rejected(value, 0).error).toBe('the value is not JSON');
  }
  expect(rejected(Buffer.from(''), 0).error).toBe('the value is empty');
});

test('many long reasons take little space', () => {
  const reasons = Array.from({ length: 40 }, (_, n) => `reason_${n}` as DeadLetterReason);
  const text = describeRejections(
    reasons.map((reason, offset) => ({
      ...{ reason, offset, partition: 0, error: 'x'.repeat(10_000) },
    })),
  );
  expect(text).toContain('; 35 other reasons');
  expect(text.length).toBeLessThan(700);
});
