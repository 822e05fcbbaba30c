// Promise: a comparison by content turns exactly the records that have a row in the table into rows, all of them or an even
// sample, in blocks of bounded size. Stored rows are read once per chunk, and a chunk's memory is bounded, however many columns
// there are. Checked over in-memory contents, with the block builder and the contract of a pipeline.
import { expect, test } from 'vitest';
import {
  contentBytes,
  contentChunk,
  createContentCheck,
} from '../../../../src/activities/verify-slice/compare-content.js';
import { createBlockBuilder } from '../../../../src/domain/blocks/block-builder.js';
import { createColumnPool } from '../../../../src/domain/blocks/column-buffer.js';
import { tableSpec } from '../../../../src/domain/contract/contract-from-table.js';
import { contractOf } from '../../../../src/domain/contract/define-contract.js';
import { VERIFY_BLOCK_BYTES, VERIFY_HASH_BYTES } from '../../../../src/domain/limits.js';
import type { FirstSet, TableContents } from '../../../../src/domain/ports/table-contents.js';
import { createComparison } from '../../../../src/domain/verify/comparison.js';
import { NO_TALLY } from '../../../../src/domain/verify/tally.js';
import { runOf } from '../../../support/json-run.js';
import { aVerifyPlan } from '../../../support/verify-builders.js';

const from = { kind: 'event', path: ['v'] } as const;
const SPEC = tableSpec([
  { name: 'v', type: 'UInt32', from, read: null, default: null, null: 'reject' },
]);
const READ = { contract: contractOf(SPEC, { isBuiltIn: true }), flattened: new Set<string>() };

interface Asked {
  readonly blocks: number[];
  readonly only: (number | 'all')[];
  firstSets: number;
}

/** Values of records are their offsets. The rows of `changed` have another value. */
async function check(
  values: readonly (string | null)[],
  {
    rows,
    changed = [],
    sample,
    firstSet = [],
  }: {
    readonly rows: readonly number[];
    readonly changed?: readonly number[];
    readonly sample?: number;
    readonly firstSet?: readonly FirstSet[];
  },
) {
  const end = values.length;
  const asked: Asked = { blocks: [], only: [], firstSets: 0 };
  const contents = {
    hashesOf: (...[block, , onRow]: Parameters<TableContents['hashesOf']>) => {
      asked.blocks.push(block.rows);
      const [value, offset] = block.columns;
      for (let row = 0; row < block.rows; row++) {
        const at = Number(offset!.data.readBigUInt64LE(row * 8));
        onRow(at, Uint32Array.of(value!.data.readUInt32LE(row * 4) + 1), 0);
      }
      return Promise.resolve();
    },
    readHashes: (...[, , range, onRow]: Parameters<TableContents['readHashes']>) => {
      asked.only.push(range.only?.length ?? 'all');
      for (const offset of rows) {
        if (range.only?.includes(offset) === false) continue;
        onRow(0, offset, Uint32Array.of(changed.includes(offset) ? 999_999 : offset + 1));
      }
      return Promise.resolve();
    },
    firstSet: () => {
      asked.firstSets += 1;
      return Promise.resolve(firstSet);
    },
  };
  const comparison = createComparison({ first: 0, end, epochs: [], committed: null });
  for (const offset of rows) comparison.addRow(0, offset);
  const content = {
    columns: [{ name: 'v', type: 'UInt32' }],
    uncompared: [],
    ...(sample !== undefined && { sample }),
  };
  const plan = aVerifyPlan([end], { content });
  const slice = { ...plan, content, range: plan.partitions[0]!, before: NO_TALLY };
  const found = createContentCheck(
    slice,
    { first: 0, end, comparison },
    {
      contents: contents as unknown as TableContents,
      createBuilder: (judged) =>
        createBlockBuilder({ plan: judged, known: [], decoder: READ, pool: createColumnPool() }),
    },
  );
  const run = runOf(values);
  for (let index = 0; index < run.count; index++) comparison.addRecord(index, 0);
  await found.add(run);
  await found.compare();
  return { tally: await found.addTo(undefined), asked, found };
}

const records = (count: number) => Array.from({ length: count }, (_, index) => `{"v":${index}}`);
const all = (count: number) => Array.from({ length: count }, (_, index) => index);

test('records with a row are compared, and a changed one is named', async () => {
  const { tally, asked, found } = await check(records(10), { rows: [1, 3, 7], changed: [3] });
  expect(asked).toEqual({ blocks: [3], only: [3], firstSets: 1 });
  expect(tally).toMatchObject({
    ...{ rows: 3, differingRows: 1 },
    differences: { total: 1, first: [[3, 'v']] },
  });
  expect(found.differsIn('v')).toBe(true);
  expect(found.differsIn('w')).toBe(false);
});

test('if nothing differs, no query asks since when columns are filled', async () => {
  const { tally, asked } = await check(records(5_000), { rows: all(5_000) });
  // More rows than a query lists.
  expect(asked).toEqual({ blocks: [5_000], only: ['all'], firstSets: 0 });
  expect(tally).toMatchObject({ rows: 5_000, differences: { total: 0 } });
});

test('rows whose records are no longer rows are counted as not compared', async () => {
  const values = ['{"v":0}', '{"v":"x"}', null, '{"v":3}'];
  const { tally } = await check(values, { rows: all(4) });
  expect(tally).toMatchObject({ rows: 2, uncomparedRows: 2, differences: { total: 0 } });
});

test('without rows nothing is sent and nothing is read', async () => {
  const { tally, asked } = await check(records(10), { rows: [] });
  expect(asked).toEqual({ blocks: [], only: [], firstSets: 0 });
  expect(tally.rows).toBe(0);
});

test('a sample is spread evenly over the chunk', async () => {
  const { tally, asked } = await check(records(1_000), { rows: all(1_000), sample: 10 });
  expect(asked).toMatchObject({ blocks: [10], only: [10] });
  expect(tally.rows).toBe(10);
  // More than exist, so all of them.
  const whole = await check(records(7), { rows: all(7), sample: 500 });
  expect(whole.tally.rows).toBe(7);
});

test('the amount that is sent at once is bounded', async () => {
  const long = 'x'.repeat(VERIFY_BLOCK_BYTES / 4);
  const values = Array.from({ length: 10 }, (_, index) => `{"v":${index},"more":"${long}"}`);
  const { tally, asked } = await check(values, { rows: all(10), changed: [9] });
  expect(asked.blocks).toEqual([3, 3, 3, 1]);
  expect(tally).toMatchObject({ rows: 10, differences: { first: [[9, 'v']] } });
});

test('a chunk of many columns has fewer offsets, so that its memory is bounded', () => {
  const plan = (columns: number, sample?: number) => ({
    columns: Array.from({ length: columns }, (_, index) => ({ name: `c${index}`, type: 'Int8' })),
    uncompared: [],
    ...(sample !== undefined && { sample }),
  });
  expect(contentChunk(plan(4))).toBe(500_000);
  expect(contentChunk(plan(64))).toBe(131_072);
  expect(contentChunk(plan(1_000, 5))).toBe(500_000);
  for (const columns of [1, 16, 17, 100, 5_000]) {
    expect(contentBytes(plan(columns))).toBeLessThan(VERIFY_HASH_BYTES * 1.25 + 32 * 2 ** 20);
  }
});
