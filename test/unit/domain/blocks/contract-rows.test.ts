// Promise: blocks of any contract contain the rows of their records and decide every offset, as those of stream_events do: with
// the limits of the plan, with dead letters by reason and path, and with the selected rows byte for byte in a partial re-send.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Block } from '../../../../src/domain/blocks/block.js';
import { createBlockBuilder } from '../../../../src/domain/blocks/block-builder.js';
import { createColumnPool } from '../../../../src/domain/blocks/column-buffer.js';
import { selectRows } from '../../../../src/domain/blocks/select-rows.js';
import {
  plannedTableContract,
  tableContractOf,
} from '../../../../src/domain/contract/table-contract.js';
import type { Cut } from '../../../../src/domain/blocks/block-limits.js';
import type { ColumnDescription } from '../../../../src/domain/table/description.js';
import { aCut, TOPIC_ID } from './block-of.js';
import { runOf } from './records-in-memory.js';

const column = (name: string, type: string): ColumnDescription => ({
  ...{ name, type },
  defaultKind: '',
  isKey: false,
});
const TABLE = [
  column('id', 'Int64'),
  column('note', 'Nullable(String)'),
  column('tags', 'Array(UInt8)'),
  column('n.a', 'Array(String)'),
  column('kind', 'LowCardinality(String)'),
];
const COLUMNS = [...TABLE.map(({ name }) => name), '_topic', '_topic_id', '_partition', '_offset'];

const { planned } = tableContractOf(TABLE);
if (planned === null) throw new Error('no event can fill the table');
const CONTRACT = plannedTableContract(planned);

function aBuilder(changes: Partial<Cut> = {}) {
  return createBlockBuilder({
    plan: {
      topic: 'orders',
      topicId: TOPIC_ID,
      ranges: [{ partition: 0, epoch: 3, first: '0', end: '1000' }],
      cut: aCut({ columns: COLUMNS, tablePartition: 'unknown', ...changes }),
    },
    known: [],
    decoder: CONTRACT,
    pool: createColumnPool(),
  });
}

/** The text of a record whose row has all kinds of lengths. */
function order(offset: number): string {
  return JSON.stringify({
    id: offset,
    note: offset % 3 === 0 ? null : 'n'.repeat(offset * 7),
    tags: Array.from({ length: offset % 4 }, () => offset),
    n: [{ a: `a${offset}` }],
    kind: `k${offset % 5}`,
  });
}

function blockOf(offsets: readonly number[]): Block {
  const builder = aBuilder();
  builder.add(
    runOf(
      0,
      offsets.map((offset) => ({ offset, value: order(offset) })),
    ),
    0,
  );
  return builder.finish();
}

const bytesOf = (block: Block, except = '') =>
  block.columns
    .filter(({ name }) => name !== except)
    .map(({ name, type, data }) => [name, type, data.toString('hex')]);

test('a record is a row, or a dead letter with its reason and path', () => {
  const builder = aBuilder();
  const records = [
    { offset: 0, value: order(0) },
    { offset: 1, value: '{"id":1.5}' },
    { offset: 2, value: null },
    { offset: 3, value: order(1).replace('"tags":[1]', '"tags":[1, 256]') },
    { offset: 7, value: order(2) },
  ];
  builder.add(runOf(0, records), 0);
  builder.cover(0, 10);
  const block = builder.finish();
  expect(block).toMatchObject({
    rows: 2,
    records: 5,
    filtered: 0,
    times: null,
    covered: [{ partition: 0, epoch: 3, first: 0, end: 10 }],
    deadLetters: [
      { offset: 1, stage: 'validate', reason: 'not_whole', path: 'id' },
      { offset: 2, stage: 'decode', reason: 'null_value', path: '' },
      { offset: 3, stage: 'validate', reason: 'out_of_range', path: 'tags[1]' },
    ],
  });
  expect(block.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'id Int64',
    'note Nullable(String)',
    'tags Array(UInt8)',
    'n.a Array(String)',
    'kind LowCardinality(String)',
    '_topic LowCardinality(String)',
    '_topic_id LowCardinality(String)',
    '_partition UInt32',
    '_offset UInt64',
  ]);
  expect(block.columns[0]?.data.toString('hex')).toBe('00000000000000000200000000000000');
});

test('blocks follow the limits of the plan, and each depends on its records alone', () => {
  const builder = aBuilder({ maxRows: 2 });
  const offsets = [0, 1, 2, 3, 4];
  const run = runOf(
    0,
    offsets.map((offset) => ({ offset, value: order(offset) })),
  );
  const blocks: Block[] = [];
  for (let at = builder.add(run, 0); at < run.count; at = builder.add(run, at)) {
    blocks.push(builder.finish());
  }
  blocks.push(builder.finish());
  expect(blocks.map(({ rows }) => rows)).toEqual([2, 2, 1]);
  expect(blocks.map((block) => bytesOf(block))).toEqual(
    [[0, 1], [2, 3], [4]].map((some) => bytesOf(blockOf(some))),
  );
});

test('a row of a table partition without room leaves nothing in the block', () => {
  const builder = aBuilder({ tablePartition: 'day', maxTablePartitions: 1 });
  const day = 86_400_000;
  const records = [0, 1].map((offset) => ({
    ...{ offset, value: order(offset) },
    timestamp: offset * day,
  }));
  const run = runOf(0, records);
  expect(builder.add(run, 0)).toBe(1);
  // The dictionary may keep its key.
  expect(bytesOf(builder.finish(), 'kind')).toEqual(bytesOf(blockOf([0]), 'kind'));
  expect(builder.add(run, 1)).toBe(2);
  expect(bytesOf(builder.finish())).toEqual(bytesOf(blockOf([1])));
});

test('rows that are sent again have the same bytes', () => {
  const some = fc
    .uniqueArray(fc.nat(60), { minLength: 1 })
    .map((list) => list.sort((a, b) => a - b));
  fc.assert(
    fc.property(some, fc.func(fc.boolean()), (offsets, choose) => {
      const left = selectRows(blockOf(offsets), (_, offset) => choose(offset));
      const chosen = offsets.filter((offset) => choose(offset));
      expect(left.rows).toBe(chosen.length);
      // The dictionary may keep keys of rows that are gone.
      expect(bytesOf(left, 'kind')).toEqual(bytesOf(blockOf(chosen), 'kind'));
    }),
    { numRuns: 100 },
  );
});

test('dictionary values stay with their rows if there are more than a byte can number', () => {
  const builder = aBuilder();
  const offsets = Array.from({ length: 300 }, (_, offset) => offset);
  const records = offsets.map((offset) => ({
    offset,
    value: JSON.stringify({ id: offset, note: null, tags: [], n: [], kind: `k${offset}` }),
  }));
  builder.add(runOf(0, records), 0);
  const left = selectRows(builder.finish(), (_, offset) => offset >= 280);
  const data = left.columns.find(({ name }) => name === 'kind')?.data ?? Buffer.alloc(0);
  expect(wordsOf(data)).toEqual(offsets.slice(280).map((offset) => `k${offset}`));
});

/** Reads a column of LowCardinality(String) with short keys, following ClickHouse's documentation of `Native`. */
function wordsOf(data: Buffer): readonly string[] {
  const width = 2 ** (data.readUInt8(8) & 0x3);
  let at = 24;
  const keys = Array.from({ length: Number(data.readBigUInt64LE(16)) }, () => {
    const end = at + 1 + data.readUInt8(at);
    const key = data.toString('utf8', at + 1, end);
    at = end;
    return key;
  });
  const rows = Number(data.readBigUInt64LE(at));
  return Array.from(
    { length: rows },
    (_, row) => keys[data.readUIntLE(at + 8 + row * width, width)] ?? 'no such key',
  );
}
