import { specOf } from '../../src/domain/contract/contract-options.js';
import { contractOf, defineContract } from '../../src/domain/contract/define-contract.js';
import type { ContractSpec } from '../../src/domain/contract/contract-spec.js';
import { STREAM_EVENTS } from '../../src/domain/contract/stream-events.js';
import type { RecordRun } from '../../src/domain/records/record-run.js';
import { filtered } from '../../src/domain/contract/verdict.js';
import { FieldLocator } from '../../src/domain/formats/json/field-locator.js';
import { JsonReader } from '../../src/domain/formats/json/json-reader.js';
import type { RecordReader } from '../../src/domain/formats/record-reader.js';
import { TransformingReader } from '../../src/domain/formats/transforming-reader.js';
import { measureSteps, type Step } from './measure-steps.js';
import { runOfValues, sampleRun } from './sample-run.js';

// What one record costs by the reference reader, from its bytes to the columns of a block: 16 typed columns, and the
// built-in contract for comparison with decode.ts.

const RECORDS = 14_000;
const START_MS = Date.UTC(2026, 10, 1);

const COLUMNS = {
  order_id: 'UUID',
  customer: { type: 'UInt64', path: 'customer.id' },
  country: { type: 'LowCardinality(String)', path: 'customer.country' },
  status: 'LowCardinality(String)',
  amount: 'Decimal(18, 2)',
  created: "DateTime64(3, 'UTC')",
  updated: { type: "DateTime64(3, 'UTC')", read: 'epoch-ms' },
  day: 'Date',
  note: 'Nullable(String)',
  channel: { type: "Enum8('web' = 1, 'app' = 2, 'shop' = 3)" },
  items: 'Array(Tuple(sku String, qty UInt32))',
  tags: 'Array(LowCardinality(String))',
  weight: 'Float64',
  rank: 'Int32',
  paid: 'Bool',
  address: 'IPv4',
} as const;

function order(index: number): string {
  const hex = index.toString(16).padStart(12, '0');
  const at = START_MS + index * 10;
  return JSON.stringify({
    order_id: `61f0c404-5cb3-11e7-907b-${hex}`,
    customer: { id: 7_000_000_000 + index, country: ['DE', 'FR', 'PL', 'US'][index % 4] },
    status: ['created', 'paid', 'sent'][index % 3],
    amount: `${index % 997}.${String(index % 100).padStart(2, '0')}`,
    created: new Date(at).toISOString(),
    updated: at + 17,
    day: new Date(at).toISOString().slice(0, 10),
    ...(index % 3 > 0 && { note: `note ${index}` }),
    channel: ['web', 'app', 'shop'][index % 3],
    items: [{ sku: `sku-${index % 313}`, qty: index % 7 }],
    tags: ['a', 'b', String(index % 17)],
    weight: (index % 997) / 7,
    rank: index - 5_000,
    paid: index % 2 === 0,
    address: `10.0.${index % 256}.7`,
  });
}

function read(reader: RecordReader, run: RecordRun, expected: 'row' | 'filtered'): () => void {
  return () => {
    reader.writer.clear();
    for (let index = 0; index < run.count; index++) {
      const outcome = reader.read(run, index);
      if (outcome !== expected) throw new Error(`${outcome}: ${reader.rejection.error}`);
    }
    let bytes = 0;
    for (const { parts } of reader.writer.encode(expected === 'row' ? run.count : 0)) {
      for (const part of parts) bytes += part.length;
    }
    if (expected === 'row' && bytes < run.count) throw new Error('no rows');
  };
}

function locate(spec: ContractSpec, run: RecordRun): () => void {
  const paths = spec.columns.flatMap(({ from }) => (from.kind === 'event' ? [from.path] : []));
  const locator = new FieldLocator(paths, false);
  return () => {
    for (let index = 0; index < run.count; index++) {
      if (!locator.locate(run.bytes, run.valueStarts[index] ?? 0, run.valueEnds[index] ?? 0)) {
        throw new Error('no JSON');
      }
    }
  };
}

const orders = runOfValues(
  Array.from({ length: RECORDS }, (_, index) => order(index)),
  START_MS,
);
const spec = specOf({ name: 'orders', columns: COLUMNS });
const seen = defineContract({
  name: 'orders',
  columns: COLUMNS,
  transform: (row) => (row.amount === '-1.00' || row.rank > 1e9 ? filtered : row),
});
const changed = defineContract({
  name: 'orders',
  columns: COLUMNS,
  transform: (row) => ({ rank: row.items.length }),
});
const copied = defineContract({
  name: 'orders',
  columns: COLUMNS,
  transform: (row) => ({ ...row, rank: row.items.length }),
});
const withTransform = (contract: typeof seen) =>
  new TransformingReader(new JsonReader(contract.spec), contract);
const none = contractOf({ ...spec, when: { path: ['status'], in: ['none'] } });
const events = sampleRun(0, RECORDS, 0);

const steps: readonly Step[] = [
  {
    name: '16 columns: JSON.parse alone',
    round: () => {
      for (let index = 0; index < orders.count; index++) {
        const start = orders.valueStarts[index] ?? 0;
        JSON.parse(orders.bytes.toString('utf8', start, orders.valueEnds[index]));
      }
    },
  },
  { name: '16 columns: find the fields, check the grammar', round: locate(spec, orders) },
  { name: '16 columns: bytes to columns', round: read(new JsonReader(spec), orders, 'row') },
  {
    name: '16 columns: filtered by when',
    round: read(new JsonReader(none.spec), orders, 'filtered'),
  },
  {
    name: '16 columns: transform that asks for two',
    round: read(withTransform(seen), orders, 'row'),
  },
  {
    name: '16 columns: transform that changes one',
    round: read(withTransform(changed), orders, 'row'),
  },
  {
    name: '16 columns: transform that copies the row',
    round: read(withTransform(copied), orders, 'row'),
  },
  {
    name: 'stream_events: bytes to columns',
    round: read(new JsonReader(STREAM_EVENTS.spec), events, 'row'),
  },
];
console.log(`${Math.round(orders.bytes.length / RECORDS)} bytes a record of 16 columns`);
measureSteps(steps, RECORDS);
