// Promise: the schema id of a record in the wire format of schema registries is reported as text, and no other part of a record
// is mistaken for one. Checked over headers and bytes that only look like them.
import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { schemaIdOf } from '../../../../src/domain/formats/schema-header.js';

/** As Confluent's serializers write: a zero, the schema's id, and the record. */
const framed = (schemaId: number, rest: string) => {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(schemaId, 1);
  return Buffer.concat([header, Buffer.from(rest)]);
};

test('the id follows a zero byte, whatever comes after it', () => {
  expect(schemaIdOf(framed(70_001, '{}'))).toBe('70001');
  expect(schemaIdOf(framed(1, ''))).toBe('1');
  expect(schemaIdOf(framed(10_000_000, '\x0a\x18'))).toBe('10000000');
});

test('records without a header have no id', () => {
  for (const value of [null, Buffer.alloc(0), Buffer.alloc(4), Buffer.from('{"a":1}')]) {
    expect(schemaIdOf(value)).toBe('');
  }
  expect(schemaIdOf(Buffer.from('\x01\x00\x00\x00\x07{}'))).toBe('');
});

test('a number that no registry assigns is content and not an id', () => {
  for (const number of [0, 10_000_001, 0x4d41524b, 0xfffefffe]) {
    expect(schemaIdOf(framed(number, ''))).toBe('');
  }
});
