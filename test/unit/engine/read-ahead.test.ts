// Promise: however rejected records are distributed among the others, the engine reads each record a few times at most. Checked
// by counting the records that it reads if one record in ten is rejected after it was read.
import { expect, test } from 'vitest';
import { type Contract, defineContract } from '../../../src/domain/contract/define-contract.js';
import { rejected } from '../../../src/domain/contract/verdict.js';
import { countedReaders } from '../../support/engine-cases/counted-readers.js';
import { aBuilder } from '../domain/blocks/block-of.js';
import { blocksOfRun } from '../domain/blocks/blocks-of.js';
import { runOf, type TestRecord } from '../domain/blocks/records-in-memory.js';

const RECORDS = 10_000;
const MOST_READS = 5;

const BY_KEY = defineContract({
  name: 'by_key',
  columns: { id: 'UInt64', key: { type: 'UInt8', from: 'key' } },
});
const BY_TRANSFORM = defineContract({
  name: 'by_transform',
  columns: { id: 'UInt64' },
  transform: (row) => (row.id % 10n === 0n ? rejected('a tenth') : row),
});
const BY_VALIDATION = defineContract({
  name: 'by_validation',
  columns: { id: 'UInt64' },
  validate: {
    '~standard': {
      validate: (event: unknown) =>
        (event as { readonly id: number }).id % 10 === 0 ? { issues: [{}] } : { value: event },
    },
  },
});

const isRejected = (offset: number) => offset % 10 === 0;

test.each([BY_KEY, BY_TRANSFORM, BY_VALIDATION])(
  'the engine reads each record of $spec.name a few times at most',
  (contract: Contract) => {
    const records = Array.from({ length: RECORDS }, (_, offset): TestRecord => {
      const value = JSON.stringify({ id: offset });
      return { offset, value, key: isRejected(offset) ? 'x' : '1' };
    });
    const { runReaders, taken } = countedReaders();
    const columns = contract.spec.columns.map(({ name }) => name);
    const builder = aBuilder({
      cut: { columns },
      decoder: { contract, flattened: new Set() },
      runReaders,
    });
    const [block] = blocksOfRun(builder, runOf(0, records));
    expect(block?.rows).toBe((RECORDS / 10) * 9);
    expect(block?.deadLetters).toHaveLength(RECORDS / 10);
    expect(taken()).toBeGreaterThan(RECORDS / 2);
    expect(taken()).toBeLessThan(RECORDS * MOST_READS);
  },
);
