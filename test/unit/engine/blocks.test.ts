// Promise: blocks are the same with and without the engine, in their bytes, offsets, dead letters and times, wherever the plan
// splits them. Checked with records of all kinds, split by rows, bytes and table partitions.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Cut } from '../../../src/domain/blocks/block-limits.js';
import { type Contract, defineContract } from '../../../src/domain/contract/define-contract.js';
import type { RunReaders } from '../../../src/domain/formats/run-reader.js';
import { columnPlansOf, engineColumns } from '../../../src/engine/column-plan.js';
import { createRunReaders } from '../../../src/engine/run-readers.js';
import { compiledEngine } from '../../support/engine-cases/compiled-engine.js';
import { countedReaders } from '../../support/engine-cases/counted-readers.js';
import { aBuilder } from '../domain/blocks/block-of.js';
import { blocksOfRun } from '../domain/blocks/blocks-of.js';
import { runOf } from '../domain/blocks/records-in-memory.js';

const columns = {
  id: 'UInt64',
  at: "DateTime64(3, 'UTC')",
  note: 'Nullable(String)',
  items: 'Array(Tuple(sku String, qty UInt8))',
} as const;
const DECLARED = { name: 'orders', columns, eventTime: 'at' } as const;
const CONTRACT = defineContract(DECLARED);
/** It filters some: by a field that no column takes, and that comes after the columns or is missing. */
const SELECTIVE = defineContract({
  name: 'some_orders',
  columns,
  eventTime: 'at',
  when: { path: 'meta.kind', in: ['paid "1"', 2, true, 'é'] },
});
const KINDS = [
  '"paid \\"1\\""',
  '"p\\u0061id \\"1\\""',
  '2',
  '2.0',
  '3',
  'true',
  '"é"',
  'null',
  '[2]',
  '',
];
const COLUMNS = ['id', 'at', 'note', 'items', '_topic', '_partition', '_offset'];

/** One record in this many is not a row, and one in this many is doubtful. */
function order(offset: number): string | null {
  if (offset % 13 === 5) return null;
  const day = 1 + (Math.floor(offset / 7) % 5);
  const text = JSON.stringify({
    id: offset,
    at: `2026-11-0${day}T07:00:00.${String(offset % 1_000).padStart(3, '0')}Z`,
    note: offset % 3 === 0 ? null : 'n'.repeat(offset % 50),
    items: [{ sku: `s${offset}`, qty: offset % 17 === 3 ? 256 : 1 }],
    meta: { kind: '?' },
  }).replace('"?"', () => KINDS[offset % 23] ?? '2');
  return offset % 11 === 4 ? text.replace('"id"', '"\\u0069d"') : text;
}

function builderOf(cut: Partial<Cut>, runReaders?: RunReaders, contract: Contract = CONTRACT) {
  return aBuilder({
    cut: { columns: COLUMNS, tablePartition: 'day', ...cut },
    decoder: { contract, flattened: new Set() },
    ...(runReaders && { runReaders }),
  });
}

test.each([CONTRACT, SELECTIVE])(
  'every block of $spec.name is the same with and without the engine',
  (contract) => {
    const { runReaders, appended } = countedReaders();
    fc.assert(
      fc.property(
        fc.record({
          maxRows: fc.integer({ min: 1, max: 300 }),
          maxBytes: fc.integer({ min: 1, max: 20_000 }),
          maxTablePartitions: fc.integer({ min: 1, max: 4 }),
        }),
        fc
          .uniqueArray(fc.nat(2_000), { minLength: 1, maxLength: 400 })
          .map((list) => list.sort((a, b) => a - b)),
        (cut, offsets) => {
          const records = offsets.map((offset) => ({ offset, value: order(offset) }));
          const blocksBy = (readers?: RunReaders) =>
            blocksOfRun(builderOf(cut, readers, contract), runOf(0, records));
          expect(blocksBy(runReaders)).toEqual(blocksBy());
        },
      ),
      { numRuns: 200 },
    );
    expect(appended()).toBeGreaterThan(100);
  },
);

test('the cost of a doubtful record does not depend on the records after it', () => {
  const count = 2_000;
  let reads = 0;
  const records = Array.from({ length: count }, (_, offset) => ({ offset, value: order(11) }));
  const run = runOf(0, records);
  const valueEnds = new Proxy(run.valueEnds, {
    get: (target, key) => {
      reads++;
      return Reflect.get(target, key) as unknown;
    },
  });
  const nothing = () => undefined;
  const inDoubt: RunReaders = () => ({
    ...{ open: nothing, take: () => 0, isInDoubt: true, secondsOf: () => 0, append: nothing },
  });
  const builder = builderOf({}, inDoubt);
  expect(builder.add({ ...run, valueEnds, headers: () => [] }, 0)).toBe(count);
  expect(builder.finish().rows).toBe(count);
  expect(reads).toBeLessThan(10 * count);
});

test.each([
  { how: 'without a transform', contract: CONTRACT },
  {
    how: 'with a transform',
    contract: defineContract({ ...DECLARED, transform: (row) => row, version: '1' }),
  },
])('the engine reads all records that it is sure of, in as many calls as needed, $how', (given) => {
  const count = 6_000;
  const records = Array.from({ length: count }, (_, offset) => ({ offset, value: order(11) }));
  const { runReaders, appended, taken } = countedReaders();
  const builder = builderOf({}, runReaders, given.contract);
  expect(builder.add(runOf(0, records), 0)).toBe(count);
  expect(appended()).toBeGreaterThan(2);
  expect(taken()).toBe(count);
});

test('a contract with a column unknown to the engine uses the reference reader and gives the reason', () => {
  const contract = defineContract({
    name: 'some',
    columns: { id: 'UInt64', from: 'Map(UInt8, String)', key: { type: 'String', from: 'key' } },
  });
  expect(columnPlansOf(contract)).toBeNull();
  expect(createRunReaders(compiledEngine)(contract)).toBeNull();
  expect(engineColumns(contract)).toEqual([
    { column: 'id', readBy: 'engine', why: '' },
    {
      column: 'from',
      readBy: 'reference',
      why: 'the engine does not support type Map(UInt8, String)',
    },
    { column: 'key', readBy: 'record', why: '' },
  ]);
});

test('columns without an event field are no work for the engine, unless there is no other or they give the time', () => {
  const id = { id: 'UInt64' } as const;
  const at = { type: 'DateTime', from: 'key' } as const;
  const said = (contract: Contract) => engineColumns(contract).map(({ why }) => why);
  expect(said(defineContract({ name: 'some', columns: { key: at } }))).toEqual([
    'no column takes a field of the event',
  ]);
  expect(said(defineContract({ name: 'some', columns: { ...id, at }, eventTime: 'at' }))).toEqual([
    '',
    'the engine does not support an event time from: key',
  ]);
  expect(columnPlansOf(defineContract({ name: 'some', columns: { ...id, at } }))).toHaveLength(1);
});

test('the engine is rarely asked during a series of doubtful records, and asked again after it', () => {
  const [doubtful, right] = [2_000, 500];
  const records = Array.from({ length: doubtful + right }, (_, offset) => ({
    ...{ offset, value: order(offset < doubtful ? 4 : 11) },
  }));
  let asked = 0;
  let taken = 0;
  const reader: RunReaders = () => ({
    open: () => undefined,
    take(first, end) {
      asked += 1;
      if (first < doubtful) return 0;
      taken = end - first;
      return taken;
    },
    isInDoubt: false,
    secondsOf: () => 0,
    append: () => undefined,
  });
  const builder = builderOf({}, reader);
  expect(builder.add(runOf(0, records), 0)).toBe(doubtful + right);
  expect(asked).toBeLessThan(doubtful / 40);
  expect(taken).toBeGreaterThan(right - 100);
});

test('a column that a transform fills does not exclude the engine, and a large when does', () => {
  const made = { type: 'String', from: 'transform' } as const;
  const whole = defineContract({
    name: 'some',
    columns: { ...columns, made },
    transform: () => ({ made: '' }),
  });
  expect(engineColumns(whole).at(-1)).toEqual({ column: 'made', readBy: 'transform', why: '' });
  expect(columnPlansOf(whole)).toHaveLength(Object.keys(columns).length);
  const values = Array.from({ length: 201 }, (_, value) => value);
  const some = defineContract({ name: 'some', columns, when: { path: 'a', in: values } });
  expect(engineColumns(some)[0]?.why).toBe('the engine does not support a when with 201 values');
});
