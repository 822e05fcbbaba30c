import { Buffer } from 'node:buffer';
import { JsonReader } from '../../../src/domain/formats/json/json-reader.js';
import type { RowWriter } from '../../../src/domain/contract/row-writer.js';
import type { RunReader } from '../../../src/domain/formats/run-reader.js';
import type { RecordRun } from '../../../src/domain/records/record-run.js';
import { columnPlansOf } from '../../../src/engine/column-plan.js';
import type { EngineModule } from '../../../src/engine/engine-module.js';
import { EngineReader } from '../../../src/engine/engine-reader.js';
import { runOf } from '../json-run.js';
import type { RandomRun } from './random-run.js';

export interface Agreement {
  readonly records: number;
  readonly rows: number;
  /** Rows that the engine read. */
  readonly taken: number;
}

/**
 * Reads the records with the engine, and with the reference reader what the engine leaves. Compares the columns byte for
 * byte with those of the reference reader alone, and throws at the first difference.
 */
export function compareReaders(
  engine: EngineModule,
  { contract, values }: RandomRun,
  bounds: { readonly bytes: number; readonly records: number },
): Agreement {
  const plans = columnPlansOf(contract);
  if (plans === null) throw new Error('the engine does not know the contract');
  const run = runOf(values);
  const judge = new JsonReader(contract.spec);
  const rows = new Map<number, number>();
  values.forEach((_, index) => {
    if (judge.read(run, index) === 'row') rows.set(index, judge.seconds);
  });
  // Records that are not rows would leave keys in the dictionaries.
  const reference = new JsonReader(contract.spec);
  for (const index of rows.keys()) reference.read(run, index);
  const mixed = new JsonReader(contract.spec);
  const taken = readMixed(new EngineReader(plans, engine, bounds), mixed, run, rows);
  const wanted = columnsOf(reference.writer, rows.size);
  const got = columnsOf(mixed.writer, rows.size);
  wanted.forEach((column, index) => {
    if (column === got[index]) return;
    throw new Error(
      `${JSON.stringify(contract.spec.columns[index])}\nhas other bytes than by the reference reader:\n${column}\n${got[index] ?? ''}`,
    );
  });
  return { records: values.length, rows: rows.size, taken };
}

function readMixed(
  reader: RunReader,
  mixed: JsonReader,
  run: RecordRun,
  rows: ReadonlyMap<number, number>,
): number {
  let taken = 0;
  reader.open(run);
  for (let index = 0; index < run.count;) {
    const count = reader.take(index, run.count);
    for (let at = 0; at < count; at++) {
      const seconds = rows.get(index + at);
      const text = run.bytes.toString(
        'utf8',
        run.valueStarts[index + at],
        run.valueEnds[index + at],
      );
      if (seconds === undefined) throw new Error(`the engine took what is no row: ${text}`);
      if (seconds !== reader.secondsOf(at))
        throw new Error(`the engine has another time of ${text}`);
    }
    if (count > 0) reader.append(mixed.writer);
    taken += count;
    index += count;
    if (count > 0 && !reader.isInDoubt) continue;
    if (rows.has(index)) mixed.read(run, index);
    index++;
  }
  return taken;
}

function columnsOf(writer: RowWriter, rows: number): readonly string[] {
  return writer
    .encode(rows)
    .map(({ name, type, parts }) => `${name} ${type} ${Buffer.concat(parts).toString('hex')}`);
}
