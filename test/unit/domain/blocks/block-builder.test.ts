// Promise: a block says exactly what became of each of its records: rows with their offsets, dead letters with everything that
// Kafka had, known dead letters, holes. Checked on small batches, one result at a time.
import { expect, test } from 'vitest';
import { aBuilder, anEvent } from './block-of.js';
import { readRows } from './read-native.js';
import { runOf } from './records-in-memory.js';

const RANGES = [
  { partition: 0, epoch: 3, first: '10', end: '20' },
  { partition: 4, epoch: 1, first: '0', end: '5' },
];

test('rows carry their offsets as spans and in their lineage', () => {
  const builder = aBuilder({ ranges: RANGES });
  const value = anEvent();
  builder.add(
    runOf(
      0,
      [10, 11, 14].map((offset) => ({ offset, value })),
    ),
    0,
  );
  builder.add(runOf(4, [{ offset: 2, value }]), 0);
  const block = builder.finish();
  expect(block.spans).toEqual([
    { partition: 0, epoch: 3, first: 10, end: 12 },
    { partition: 0, epoch: 3, first: 14, end: 15 },
    { partition: 4, epoch: 1, first: 2, end: 3 },
  ]);
  const lineage = readRows(block).map((row) => [
    String(row['_topic']),
    row['_epoch'],
    row['_partition'],
    row['_offset'],
  ]);
  expect(lineage).toEqual([
    ['stream-events', 3, 0, 10n],
    ['stream-events', 3, 0, 11n],
    ['stream-events', 3, 0, 14n],
    ['stream-events', 1, 4, 2n],
  ]);
});

test('offsets that continue in the next partition are a span of their own', () => {
  const builder = aBuilder({
    ranges: [
      { partition: 0, epoch: 0, first: '0', end: '1' },
      { partition: 1, epoch: 0, first: '1', end: '2' },
    ],
  });
  builder.add(runOf(0, [{ offset: 0, value: anEvent() }]), 0);
  builder.add(runOf(1, [{ offset: 1, value: anEvent() }]), 0);
  expect(builder.finish().spans).toEqual([
    { partition: 0, epoch: 0, first: 0, end: 1 },
    { partition: 1, epoch: 0, first: 1, end: 2 },
  ]);
});

test('a dead letter contains a copy of the whole record, before the fetch buffer is reused', () => {
  const builder = aBuilder({ ranges: RANGES });
  const headers = [
    { key: 'trace', value: Buffer.from('1') },
    { key: 'trace', value: null },
  ];
  const run = runOf(0, [
    { offset: 12, value: '{"half":', key: 'k', timestamp: 1_700_000_000_123, headers },
    { offset: 13, value: null },
    { offset: 14, value: '\0\0\0\0\x07{}' },
  ]);
  builder.add(run, 0);
  run.bytes.fill(0);
  headers[0]!.value!.fill(0);
  expect(builder.finish().deadLetters).toEqual([
    {
      partition: 0,
      epoch: 3,
      offset: 12,
      timestamp: 1_700_000_000_123,
      key: Buffer.from('k'),
      headers: [
        { key: 'trace', value: Buffer.from('1') },
        { key: 'trace', value: null },
      ],
      value: Buffer.from('{"half":'),
      schema: '',
      stage: 'decode',
      reason: 'invalid_json',
      path: '',
      error: 'the value is not JSON',
    },
    {
      partition: 0,
      epoch: 3,
      offset: 13,
      timestamp: 0,
      key: null,
      headers: [],
      value: null,
      schema: '',
      stage: 'decode',
      reason: 'null_value',
      path: '',
      error: 'the record has no value: a tombstone',
    },
    expect.objectContaining({
      offset: 14,
      value: Buffer.from('\0\0\0\0\x07{}'),
      schema: '7',
      reason: 'invalid_json',
    }),
  ]);
});

test('a record that is already a dead letter stays one, whatever the contract says later', () => {
  const known = [
    { partition: 0, offset: 11, reason: 'wrong_type' as const },
    { partition: 0, offset: 12, reason: 'refused_by_table' as const },
    { partition: 4, offset: 10, reason: 'wrong_type' as const },
  ];
  const builder = aBuilder({ ranges: RANGES, known });
  const value = anEvent();
  builder.add(
    runOf(0, [
      { offset: 10, value },
      { offset: 11, value },
      { offset: 12, value: 'x' },
    ]),
    0,
  );
  expect(builder.finish()).toMatchObject({
    rows: 1,
    records: 3,
    deadLetters: [],
    knownDeadLetters: known.slice(0, 2),
    spans: [{ partition: 0, epoch: 3, first: 10, end: 11 }],
    covered: [{ partition: 0, epoch: 3, first: 10, end: 13 }],
  });
});

test('the only row of a block keeps its record, in case the table refuses it', () => {
  const builder = aBuilder({ ranges: RANGES, cut: { maxRows: 1 } });
  const run = runOf(0, [
    { offset: 10, value: 'bad' },
    { offset: 11, value: anEvent(), key: 'k' },
    { offset: 12, value: anEvent() },
  ]);
  const value = Buffer.from(anEvent());
  expect(builder.add(run, 0)).toBe(2);
  expect(builder.finish().lone).toMatchObject({
    offset: 11,
    epoch: 3,
    key: Buffer.from('k'),
    value,
  });
});

test('a batch of only holes is one block without rows', () => {
  const builder = aBuilder({ ranges: RANGES });
  expect(builder.isEmpty).toBe(true);
  builder.cover(0, 20);
  builder.cover(4, 5);
  expect(builder.isEmpty).toBe(false);
  const block = builder.finish();
  expect(block).toMatchObject({ rows: 0, records: 0, spans: [], times: null, lone: null });
  expect(block.covered).toEqual([
    { partition: 0, epoch: 3, first: 10, end: 20 },
    { partition: 4, epoch: 1, first: 0, end: 5 },
  ]);
  expect(block.columns.every(({ data }) => data.length === 0)).toBe(true);
  expect(builder.isEmpty).toBe(true);
});

test('the times of a block are those of its rows', () => {
  const builder = aBuilder({ ranges: RANGES });
  const at = (offset: number, timestamp: string) => ({ offset, value: anEvent({ timestamp }) });
  builder.add(
    runOf(0, [
      at(10, '1970-01-01T00:00:50'),
      at(11, '1970-01-01T00:00:07'),
      at(12, '2106-02-07T06:28:15'),
    ]),
    0,
  );
  expect(builder.finish().times).toEqual({ min: 7, max: 4_294_967_295 });
});

test.each([
  ['of another partition', 7, 0],
  ['before its range', 0, 9],
  ['after its range', 0, 20],
])('a record %s stops the batch', (_, partition, offset) => {
  const builder = aBuilder({ ranges: RANGES });
  expect(() => builder.add(runOf(partition, [{ offset, value: anEvent() }]), 0)).toThrow(
    'Coverage',
  );
});

test('a duplicate record stops the batch', () => {
  const builder = aBuilder({ ranges: RANGES });
  const run = runOf(0, [{ offset: 12, value: anEvent() }]);
  builder.add(run, 0);
  expect(() => builder.add(run, 0)).toThrow('Coverage');
});

test('a partition that returns after another one stops the batch', () => {
  const builder = aBuilder({ ranges: RANGES });
  builder.add(runOf(4, [{ offset: 0, value: anEvent() }]), 0);
  expect(() => builder.add(runOf(0, [{ offset: 10, value: anEvent() }]), 0)).toThrow('Coverage');
});

test('offsets that are covered as empty can contain no record later', () => {
  const builder = aBuilder({ ranges: RANGES });
  builder.cover(0, 15);
  expect(() => builder.add(runOf(0, [{ offset: 12, value: anEvent() }]), 0)).toThrow('Coverage');
});
