// Promise: an additional field is one line in the declaration. Checked by building everything that follows from a contract with
// one additional field of each kind: table, insert, schema, scanner and row.
import { expect, test } from 'vitest';
import type { Block } from '../../../../src/domain/blocks/block.js';
import {
  type EventContract,
  EVENT_CONTRACT,
  expectedColumns,
  receivedFields,
} from '../../../../src/domain/contract/event-contract.js';
import { createDecoder } from '../../../../src/domain/formats/decoder.js';
import { identity } from '../../../../src/domain/contract/transform.js';
import { aBuilder, anEvent } from '../blocks/block-of.js';
import { readRows } from '../blocks/read-native.js';
import { runOf } from '../blocks/records-in-memory.js';

const WIDER = {
  ...EVENT_CONTRACT,
  fields: [
    ...EVENT_CONTRACT.fields,
    { column: 'region', type: 'String', source: 'geo_region', kind: 'text', default: 'nowhere' },
    { column: 'received_at', type: 'DateTime', source: 'received', kind: 'instant' },
    { column: 'labels', type: 'String', source: 'labels', kind: 'object' },
  ],
} as const satisfies EventContract;

const MORE = { geo_region: 'eu', received: '1970-01-01T00:01:00Z', labels: { a: 1 } };
const columns = ['labels', 'received_at', 'region'];

function build(path: 'bytes' | 'zod', value: string): Block {
  const decoder = createDecoder({ contract: WIDER, transform: identity, path });
  const builder = aBuilder({ decoder, cut: { columns } });
  builder.add(runOf(0, [{ offset: 0, value }]), 0);
  return builder.finish();
}

test('the columns of the product are those of its table, in order', () => {
  expect(expectedColumns(EVENT_CONTRACT)).toEqual([
    { name: 'event_id', type: 'String' },
    { name: 'event_type', type: 'String' },
    { name: 'timestamp', type: 'DateTime' },
    { name: 'payload', type: 'String' },
    { name: 'source', type: 'String' },
    { name: 'metadata', type: 'String', isOptional: true },
    { name: 'processed_at', type: 'DateTime', default: 'now()', filledByServer: true },
    { name: '_topic', type: 'LowCardinality(String)' },
    { name: '_topic_id', type: 'LowCardinality(String)' },
    { name: '_epoch', type: 'UInt32' },
    { name: '_partition', type: 'UInt32' },
    { name: '_offset', type: 'UInt64' },
  ]);
});

test("the table gets the contract's columns before server and lineage columns", () => {
  expect(expectedColumns(WIDER).slice(6, 10)).toEqual([
    { name: 'region', type: 'String', isOptional: true },
    { name: 'received_at', type: 'DateTime' },
    { name: 'labels', type: 'String' },
    { name: 'processed_at', type: 'DateTime', default: 'now()', filledByServer: true },
  ]);
});

test.each(['bytes', 'zod'] as const)('the %s decoder stores added fields', (path) => {
  const block = build(path, anEvent(MORE));
  expect(readRows(block)).toEqual([
    { labels: Buffer.from('{"a":1}'), received_at: 60, region: Buffer.from('eu') },
  ]);
  expect(block.columns.map(({ type }) => type)).toEqual(['String', 'DateTime', 'String']);
});

test.each(['bytes', 'zod'] as const)(
  'the %s decoder replaces a missing field by its default',
  (path) => {
    const [row] = readRows(build(path, anEvent({ ...MORE, geo_region: undefined })));
    expect(String(row?.['region'])).toBe('nowhere');
  },
);

test.each(['bytes', 'zod'] as const)('the %s decoder rejects an invalid field', (path) => {
  const reason = (changes: object) => build(path, anEvent({ ...MORE, ...changes })).deadLetters[0];
  expect(reason({ labels: undefined })).toMatchObject({
    reason: 'missing_field',
    path: 'labels',
  });
  expect(reason({ geo_region: '' })).toMatchObject({
    reason: 'empty_string',
    path: 'geo_region',
  });
  expect(reason({ received: 'x' })).toMatchObject({ reason: 'bad_timestamp', path: 'received' });
});

test('a contradictory declaration is refused', () => {
  const [first] = EVENT_CONTRACT.fields;
  const twice = { ...EVENT_CONTRACT, fields: [...EVENT_CONTRACT.fields, first] };
  expect(() => receivedFields(twice)).toThrow('event_id is declared twice');
  const timeless = { ...EVENT_CONTRACT, eventTime: 'source' };
  expect(() => receivedFields(timeless)).toThrow('eventTime');
});
