// Promise: a plan of another version of a contract is left to workers that may have it, then planned again for the current one.
// A version that the table cannot store holds it if exactly-once was requested, and a different table is reported by another
// check.
import { expect, test } from 'vitest';
import { contractChange } from '../../../../src/activities/ingest-batch/table-check.js';
import { defineContract } from '../../../../src/domain/contract/define-contract.js';
import {
  ContractMissing,
  createContractRegistry,
} from '../../../../src/domain/formats/contract-registry.js';
import type { Target } from '../../../../src/domain/table/target.js';
import { aPlan, aResolution } from '../../../support/pipeline-builders.js';
import { BYTES } from '../../domain/blocks/block-of.js';

const before = defineContract({ name: 'orders', columns: { id: 'Int64', note: 'String' } });
const now = defineContract({ name: 'orders', columns: { id: 'Int64', city: 'String' } });
const contracts = createContractRegistry(BYTES, [now]);
const planned = ({ hash }: { hash: string }) => ({ name: 'orders', hash });

const { target } = aResolution([0]);
const plan = aPlan([[0, 0, 10]], { contract: planned(before) });
const found: Target = { ...target, contract: planned(now), columns: ['id', 'city', '_offset'] };

function change(attempt: number, given: Partial<typeof plan> = {}, is: Partial<Target> = {}) {
  const nothing = { unfilled: [], notDurable: null, changedAtMs: null };
  const describe = async () => ({ target: { ...found, ...is }, ...nothing });
  return contractChange({ ...plan, ...given }, attempt, { contracts, tables: { describe } });
}

test('a plan of the same version is carried out unchanged', async () => {
  expect(await change(1, { contract: planned(now) })).toBeNull();
  expect(await change(1, { contract: undefined })).toBeNull();
});

test('the first attempts are left to workers that may have the version of the plan', async () => {
  for (const attempt of [1, 2, 3, 4]) {
    await expect(change(attempt)).rejects.toThrow(ContractMissing);
  }
  expect(await change(5)).toMatchObject({ found: { columns: found.columns }, held: null });
});

test('a column of the new version that the table lacks holds a pipeline that asked for exactly-once', async () => {
  const less = { level: 'at-least-once', why: ['city is not stored'] } as const;
  const wishes = { ...plan.wishes, guarantee: 'exactly-once' } as const;
  expect(await change(5, { wishes }, { guarantee: less })).toMatchObject({
    held: { reason: 'TableChanged', partitions: [0], givesUp: { guarantee: true, columns: [] } },
  });
  expect(await change(5, {}, { guarantee: less })).toMatchObject({ held: null });
});

test('nothing is inserted into a table that has none of the columns', async () => {
  await expect(change(5, {}, { columns: ['_offset'] })).rejects.toThrow(
    'has none of the columns that contract orders has now',
  );
});

test('a different table is left to the table check', async () => {
  expect(await change(5, {}, { tableId: 'another' })).toBeNull();
});
