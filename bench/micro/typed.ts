import { specOf } from '../../src/domain/contract/contract-options.js';
import { type Contract, contractOf } from '../../src/domain/contract/define-contract.js';
import { RowWriter } from '../../src/domain/contract/row-writer.js';
import type { ContractSpec } from '../../src/domain/contract/contract-spec.js';
import { STREAM_EVENTS } from '../../src/domain/contract/stream-events.js';
import type { RecordRun } from '../../src/domain/records/record-run.js';
import { FieldLocator } from '../../src/domain/formats/json/field-locator.js';
import { JsonReader } from '../../src/domain/formats/json/json-reader.js';
import type { RecordReader } from '../../src/domain/formats/record-reader.js';
import { loadEngine } from '../../src/engine/engine-module.js';
import { createRunReaders } from '../../src/engine/run-readers.js';
import { measureSteps, type Step } from './measure-steps.js';
import { ORDER_COLUMNS as COLUMNS, orderText } from '../typed/orders.js';
import { runOfValues, sampleRun } from './sample-run.js';

// Measures the cost of one record with the reference reader and with the engine, from its bytes to the columns of a block: 16 typed
// columns, and the built-in contract for comparison with decode.ts.

const RECORDS = 14_000;
const START_MS = Date.UTC(2026, 10, 1);

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

function readByEngine(contract: Contract, run: RecordRun): () => void {
  const engine = loadEngine();
  const reader = engine && createRunReaders(() => engine)(contract);
  if (reader === null) throw new Error('the engine is not compiled, or does not know the contract');
  const writer = new RowWriter(contract.spec);
  return () => {
    writer.clear();
    reader.open(run);
    for (let index = 0; index < run.count;) {
      const taken = reader.take(index, run.count);
      if (taken === 0) throw new Error(`record ${index} is in doubt`);
      reader.append(writer);
      index += taken;
    }
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
  Array.from({ length: RECORDS }, (_, index) => orderText(index, START_MS)),
  START_MS,
);
const spec = specOf({ name: 'orders', columns: COLUMNS });
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
    name: '16 columns: the same by the engine',
    round: readByEngine(contractOf(spec), orders),
  },
  {
    name: '16 columns: filtered by when',
    round: read(new JsonReader(none.spec), orders, 'filtered'),
  },
  {
    name: 'stream_events: bytes to columns',
    round: read(new JsonReader(STREAM_EVENTS.spec), events, 'row'),
  },
  { name: 'stream_events: the same by the engine', round: readByEngine(STREAM_EVENTS, events) },
];
console.log(`${Math.round(orders.bytes.length / RECORDS)} bytes a record of 16 columns`);
measureSteps(steps, RECORDS);
