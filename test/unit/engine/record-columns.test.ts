// Promise: a contract with columns of the record's key, timestamp and headers makes the same blocks with and without the engine,
// even if a key or a header does not fit or is missing: the record reader decides those records. Checked with records of all
// kinds, split by rows, bytes and table partitions.
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Cut } from '../../../src/domain/blocks/block-limits.js';
import type { Columns } from '../../../src/domain/contract/contract-options.js';
import { type Contract, defineContract } from '../../../src/domain/contract/define-contract.js';
import type { RunReaders } from '../../../src/domain/formats/run-reader.js';
import { countedReaders } from '../../support/engine-cases/counted-readers.js';
import { aBuilder } from '../domain/blocks/block-of.js';
import { blocksOfRun } from '../domain/blocks/blocks-of.js';
import { runOf, type TestRecord } from '../domain/blocks/records-in-memory.js';

const TIME = 1_800_000_000_000;

/** Columns beside `id`. The first may partition the table. */
const RECORD_COLUMNS = {
  at: { type: 'DateTime', from: 'timestamp' },
  at3: { type: "DateTime64(3, 'UTC')", from: 'timestamp' },
  atOr: { type: 'DateTime', from: 'timestamp', default: '2027-01-15T08:00:00Z' },
  key: { type: 'UInt16', from: 'key' },
  keyText: { type: 'Nullable(String)', from: 'key' },
  shop: { type: 'LowCardinality(String)', from: { header: 'shop' }, default: 'web' },
  size: { type: 'Nullable(Int8)', from: { header: 'size' } },
  all: { type: 'Map(String, String)', from: 'headers' },
  raw: { type: 'String', from: 'value' },
} as const;
type Name = keyof typeof RECORD_COLUMNS;
const NAMES = Object.keys(RECORD_COLUMNS) as Name[];

const contracts: fc.Arbitrary<Contract> = fc
  .tuple(fc.subarray(NAMES, { minLength: 1 }), fc.boolean(), fc.boolean())
  .map(([names, isTimed, isBefore]) => {
    const chosen = Object.fromEntries(names.map((name) => [name, RECORD_COLUMNS[name]]));
    const id: Columns = { id: 'UInt64' };
    const [time] = names.filter((name) => name.startsWith('at'));
    return defineContract({
      name: 'orders',
      columns: isBefore ? { ...chosen, ...id } : { ...id, ...chosen },
      ...(isTimed && time !== undefined && { eventTime: time }),
    });
  });

const header = (key: string, values: readonly (string | null)[]) =>
  fc.option(
    fc.constantFrom(...values).map((value) => ({
      key,
      value: value === null ? null : Buffer.from(value),
    })),
    { nil: undefined },
  );

const records: fc.Arbitrary<Omit<TestRecord, 'offset'>> = fc
  .record({
    // One in a few is not a row, or doubtful.
    value: fc.oneof(
      { weight: 20, arbitrary: fc.nat(300).map((id) => JSON.stringify({ id })) },
      { weight: 1, arbitrary: fc.constantFrom(null, '{"id":-1}', '{"\\u0069d":7}', '{') },
    ),
    key: fc.oneof(
      { weight: 20, arbitrary: fc.nat(65_535).map(String) },
      { weight: 1, arbitrary: fc.constantFrom(undefined, 'x', '65536', '') },
    ),
    timestamp: fc.oneof(
      { weight: 20, arbitrary: fc.integer({ min: TIME, max: TIME + 200_000_000 }) },
      { weight: 1, arbitrary: fc.constantFrom(-1, 0, 4_294_967_296_000) },
    ),
    shop: header('shop', ['app', 'web', '', null]),
    size: header('size', ['1', '-128', '128', 'x', null]),
    again: header('size', ['7']),
  })
  .map(({ value, key, timestamp, shop, size, again }) => ({
    value,
    timestamp,
    ...(key !== undefined && { key }),
    headers: [shop, size, again].filter((each) => each !== undefined),
  }));

function blocksOf(
  contract: Contract,
  given: readonly Omit<TestRecord, 'offset'>[],
  cut: Partial<Cut>,
  runReaders?: RunReaders,
) {
  const columns = [...contract.spec.columns.map(({ name }) => name), '_topic', '_offset'];
  const builder = aBuilder({
    cut: { tablePartition: 'day', ...cut, columns },
    decoder: { contract, flattened: new Set() },
    ...(runReaders && { runReaders }),
  });
  const records = given.map((record, offset) => ({ ...record, offset }));
  return blocksOfRun(builder, runOf(0, records));
}

test('every block is the same with and without the engine', () => {
  const { runReaders, appended } = countedReaders();
  let rows = 0;
  fc.assert(
    fc.property(
      contracts,
      fc.array(records, { minLength: 20, maxLength: 200 }),
      fc.record({
        maxRows: fc.integer({ min: 1, max: 100 }),
        maxBytes: fc.integer({ min: 1, max: 2_000 }),
        maxTablePartitions: fc.integer({ min: 1, max: 3 }),
      }),
      (contract, given, cut) => {
        const blocks = blocksOf(contract, given, cut, runReaders);
        expect(blocks).toEqual(blocksOf(contract, given, cut));
        rows += blocks.reduce((sum, block) => sum + block.rows, 0);
      },
    ),
    { numRuns: 200 },
  );
  expect(rows).toBeGreaterThan(2_000);
  // Otherwise nothing was compared.
  expect(appended()).toBeGreaterThan(200);
});
