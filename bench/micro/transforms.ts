import { createBlockBuilder } from '../../src/domain/blocks/block-builder.js';
import { createColumnPool } from '../../src/domain/blocks/column-buffer.js';
import { type Contract, defineContract } from '../../src/domain/contract/define-contract.js';
import { filtered } from '../../src/domain/contract/verdict.js';
import { loadEngine } from '../../src/engine/engine-module.js';
import { createRunReaders } from '../../src/engine/run-readers.js';
import { ORDER_COLUMNS as columns, orderText } from '../typed/orders.js';
import { measureSteps } from './measure-steps.js';
import { runOfValues } from './sample-run.js';

// Measures the cost of one record of 16 typed columns from its bytes to a block if the contract has a transform, with the reference
// reader and with the engine.

const RECORDS = 14_000;
const START_MS = Date.UTC(2026, 10, 1);

const orders = runOfValues(
  Array.from({ length: RECORDS }, (_, index) => orderText(index, START_MS)),
  START_MS,
);

interface Transformed {
  readonly does: string;
  readonly contract: Contract;
}

const name = 'orders';
const TRANSFORMED: readonly Transformed[] = [
  {
    does: 'looks at two columns',
    contract: defineContract({
      ...{ name, columns },
      transform: (row) => (row.amount === '-1.00' || row.rank > 1e9 ? filtered : row),
    }),
  },
  {
    does: 'reads two columns, changes one',
    contract: defineContract({
      ...{ name, columns },
      transform: (row) => ({ rank: row.paid ? row.rank : 0 }),
    }),
  },
  {
    does: 'reads an array, changes one column',
    contract: defineContract({
      ...{ name, columns },
      transform: (row) => ({ rank: row.items.length }),
    }),
  },
  {
    does: 'leaves out one in three',
    contract: defineContract({
      ...{ name, columns },
      transform: (row) => (row.status === 'sent' ? filtered : row),
    }),
  },
  {
    does: 'copies the row, changes one column',
    contract: defineContract({ ...{ name, columns }, transform: (row) => ({ ...row, rank: 1 }) }),
  },
];

function build(contract: Contract, isByEngine: boolean): () => void {
  const engine = loadEngine();
  if (engine === null) throw new Error('the engine is not compiled: npm run engine');
  const plan = {
    topic: name,
    topicId: 'sJ0pkQGkTzCTv0mf9NpbXg',
    ranges: [{ partition: 0, epoch: 0, first: '0', end: String(RECORDS) }],
    cut: {
      version: 1,
      maxRows: 200_000,
      maxBytes: 64 << 20,
      maxTablePartitions: 100,
      tablePartition: 'unknown',
      columns: Object.keys(columns),
      alone: [],
    },
  } as const;
  const pool = createColumnPool();
  const decoder = { contract, flattened: new Set<string>() };
  const runReaders = isByEngine ? createRunReaders(() => engine) : null;
  return () => {
    const builder = createBlockBuilder({ plan, known: [], decoder, pool, runReaders });
    builder.add(orders, 0);
    const block = builder.finish();
    if (block.rows + block.filtered !== RECORDS) throw new Error(`${block.rows} rows`);
    builder.release(block);
  };
}

measureSteps(
  TRANSFORMED.flatMap(({ does, contract }) => [
    { name: `${does}: reference reader`, round: build(contract, false) },
    { name: `${does}: engine`, round: build(contract, true) },
  ]),
  RECORDS,
);
