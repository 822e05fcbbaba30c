// Promise: the engine supports every type, and takes the values that its column accepts, but for the spellings that this test lists. A
// type of which it took none would send every record to the slower reference reader, and nothing else would show it.
import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { defineContract } from '../../../src/domain/contract/define-contract.js';
import { columnPlansOf } from '../../../src/engine/column-plan.js';
import { compareReaders } from '../../support/engine-cases/compare-readers.js';
import { compiledEngine } from '../../support/engine-cases/compiled-engine.js';
import { TYPE_TABLE } from '../../support/type-cases/type-table.js';

const BOUNDS = { bytes: 32 * 1_024, records: 16 };

/** Accepted spellings that only the reference reader reads. */
const LEFT: Readonly<Record<string, readonly string[]>> = {
  Int8: ['7.0', '7e0'],
  UInt32: ['4.294967295e9'],
  Int64: ['1e18'],
  Float64: ['5e-324', '1e-400'],
  'Decimal(9, 2)': ['1.2e1'],
  DateTime: ['"2024-01-01 00:00"'],
  'Map(String, UInt64)': ['{"a":1,"a":2}'],
  JSON: ['{"a":18446744073709551615}'],
};
const UNSUPPORTED = ['Map(UUID, Date)'];

const contractOf = (type: string) => defineContract({ name: 'some', columns: { v: type } });

test('the engine supports all types but one', () => {
  const unsupported = TYPE_TABLE.filter(({ type }) => columnPlansOf(contractOf(type)) === null);
  expect(unsupported.map(({ type }) => type)).toEqual(UNSUPPORTED);
});

test.each(TYPE_TABLE.filter(({ type }) => !UNSUPPORTED.includes(type)))(
  'the engine takes what $type accepts',
  ({ type, stored }) => {
    const contract = contractOf(type);
    const left = Object.keys(stored).filter((value) => {
      const values = [Buffer.from(`{"v": ${value} }`)];
      return compareReaders(compiledEngine(), { contract, values }, BOUNDS).taken === 0;
    });
    expect(left).toEqual(LEFT[type] ?? []);
  },
);
