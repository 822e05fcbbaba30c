// Promise: a contract with a transform or a validation makes the same rows, dead letters and blocks with and without the engine,
// whatever the transform does with a row. Checked with random contracts and records, and with a contract of columns with
// dictionaries.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Block } from '../../../src/domain/blocks/block.js';
import type { Cut } from '../../../src/domain/blocks/block-limits.js';
import type { AnyTransform } from '../../../src/domain/contract/contract-options.js';
import {
  type Contract,
  contractOf,
  defineContract,
} from '../../../src/domain/contract/define-contract.js';
import type { RecordView } from '../../../src/domain/contract/record-view.js';
import { RowWriter } from '../../../src/domain/contract/row-writer.js';
import { filtered, rejected } from '../../../src/domain/contract/verdict.js';
import type { RunReaders } from '../../../src/domain/formats/run-reader.js';
import { countedReaders } from '../../support/engine-cases/counted-readers.js';
import { type RandomRun, randomRun } from '../../support/engine-cases/random-run.js';
import { aBuilder } from '../domain/blocks/block-of.js';
import { blocksOfRun } from '../domain/blocks/blocks-of.js';
import { runOf, type TestRecord } from '../domain/blocks/records-in-memory.js';

type Row = Readonly<Record<string, unknown>>;

function blocksBy(
  contract: Contract,
  records: readonly TestRecord[],
  { cut = {}, readers }: { readonly cut?: Partial<Cut>; readonly readers?: RunReaders } = {},
): readonly Block[] {
  const columns = [...contract.spec.columns.map(({ name }) => name), '_partition', '_offset'];
  const builder = aBuilder({
    cut: { columns, tablePartition: 'day', ...cut },
    decoder: { contract, flattened: new Set() },
    ...(readers && { runReaders: readers }),
  });
  return blocksOfRun(builder, runOf(0, records));
}

/** A value that each column can store: ClickHouse's default if none is given. */
function zerosOf({ spec }: Contract): ReadonlyMap<string, unknown> {
  return new Map(
    new RowWriter(spec).columns.map(({ spec: { name }, writer }) => {
      writer.mark();
      writer.appendZero();
      return [name, writer.recent(1)[0]];
    }),
  );
}

/** Does something different with every record, determined by the offset and the seed. */
function anyTransform(contract: Contract, seed: number, extra: Row): AnyTransform {
  const zeros = [...zerosOf(contract)];
  return (row: Row, record: RecordView) => {
    const dice = Math.imul(record.offset + seed, 0x9e37_79b1) >>> 16;
    const [name, zero] = zeros[dice % zeros.length]!;
    switch (dice % 12) {
      case 0:
        return filtered;
      case 1:
        return rejected('a rule');
      case 2:
        throw new RangeError('no');
      case 3:
        return row;
      case 4:
        return { ...row, ...extra };
      case 5:
        return { [name]: row[name], ...extra };
      case 6:
        return { [name]: Symbol('no value'), ...extra };
      case 7:
        return { none: 1 };
      case 8:
        return { [name]: zero, ...extra };
      default:
        return { ...extra };
    }
  };
}

function withTransform({ contract }: RandomRun, seed: number): Contract {
  const { spec } = contract;
  if (seed % 2 === 0) return contractOf(spec, { transform: anyTransform(contract, seed, {}) });
  const made = { name: 'made', type: 'String', from: { kind: 'transform' } } as const;
  const columns = [
    ...spec.columns,
    { ...made, read: null, default: null, null: 'reject' } as const,
  ];
  return contractOf(
    { ...spec, columns },
    { transform: anyTransform(contract, seed, { made: 'text' }) },
  );
}

test('blocks of random contracts with a transform are the same with and without the engine', () => {
  const { runReaders, appended } = countedReaders();
  const cuts = fc.record({
    maxRows: fc.integer({ min: 1, max: 300 }),
    maxBytes: fc.integer({ min: 1_000, max: 100_000 }),
    maxTablePartitions: fc.integer({ min: 1, max: 4 }),
  });
  // Rows that are not stored leave keys in a dictionary. Which ones depends on the reader.
  const runs = randomRun(300).filter(
    ({ contract: { spec } }) => !spec.columns.some(({ type }) => type.includes('LowCardinality')),
  );
  fc.assert(
    fc.property(runs, cuts, fc.nat(10_000), (run, cut, seed) => {
      const contract = withTransform(run, seed);
      const records = run.values.map((value, offset) => ({ offset, value }));
      const byEngine = blocksBy(contract, records, { cut, readers: runReaders });
      expect(byEngine).toEqual(blocksBy(contract, records, { cut }));
    }),
    { numRuns: 100 },
  );
  // About 620 on average: otherwise next to nothing was compared.
  expect(appended()).toBeGreaterThan(100);
});

test('rows with dictionaries are the same if a transform filters some and changes others', () => {
  const columns = {
    id: 'UInt64',
    status: 'LowCardinality(String)',
    region: 'LowCardinality(Nullable(String))',
    tags: 'Array(LowCardinality(String))',
    labels: 'Map(LowCardinality(String), Nullable(UInt8))',
    key: { type: 'LowCardinality(String)', from: 'key' },
    others: { type: 'JSON', from: 'rest' },
    note: { type: 'String', from: 'transform' },
  } as const;
  // The values that the transform replaces are already in the dictionaries, where the reference reader leaves them.
  const isChanged = (offset: number) => offset % 7 === 0 && offset > 0;
  const isKept = (offset: number) => offset % 3 !== 1 && offset % 50 < 30;
  const contract = defineContract({
    name: 'orders',
    columns,
    transform: (row, { offset }) =>
      isKept(offset)
        ? { note: row.status, ...(isChanged(offset) && { region: `r${row.key}`, tags: ['x'] }) }
        : filtered,
  });
  const records = Array.from({ length: 2_000 }, (_, offset) => ({
    offset,
    key: `k${offset % 4}`,
    value: JSON.stringify({
      id: offset,
      status: `s${offset % 13}`,
      region: offset % 5 === 1 ? null : isChanged(offset) ? 'r0' : `r${offset % 9}`,
      tags: isChanged(offset) ? ['t0'] : ['t0', 't1', 't2'].slice(0, 1 + (offset % 3)),
      labels: { [`l${offset % 3}`]: offset % 2 === 0 ? null : offset % 256 },
      agent: { version: offset % 4 },
    }),
  }));
  const { runReaders, appended } = countedReaders();
  const [block] = blocksBy(contract, records, { readers: runReaders });
  const kept = records.filter(({ offset }) => isKept(offset));
  const [wanted] = blocksBy(contract, kept);
  expect(block?.filtered).toBe(records.length - kept.length);
  expect(block?.columns).toEqual(wanted?.columns);
  expect(block?.spans).toEqual(wanted?.spans);
  expect(appended()).toBeGreaterThan(0);
});

test('a validation judges the records that the engine reads', () => {
  const even = {
    '~standard': {
      validate: (event: unknown) =>
        (event as { id: number }).id % 2 === 0
          ? { value: event }
          : { issues: [{ message: 'odd' }] },
    },
  };
  const contract = defineContract({ name: 'even', columns: { id: 'UInt64' }, validate: even });
  const records = Array.from({ length: 100 }, (_, id) => ({
    offset: id,
    value: JSON.stringify({ id }),
  }));
  const { runReaders } = countedReaders();
  const [block] = blocksBy(contract, records, { readers: runReaders });
  expect(block?.rows).toBe(50);
  expect(block?.deadLetters).toHaveLength(50);
  expect([block]).toEqual(blocksBy(contract, records));
});
