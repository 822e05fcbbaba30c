import type { Contract } from '../domain/contract/define-contract.js';
import type { RowWriter } from '../domain/contract/row-writer.js';
import { createRecordReader } from '../domain/formats/create-record-reader.js';
import type { RecordReason } from '../domain/formats/record-reader.js';
import { runOf, type TestRecord } from './test-record.js';
import type { DeadLetterStage } from '../domain/dead-letters/dead-letter.js';

/**
 * A row as a transform sees it: 64-bit integers and wider ones are `bigint`, Decimals and times (ISO 8601) are text, a Map is an object.
 * A column that ClickHouse fills by an expression (`default: { sql }`, `from: 'server'`) is absent. Lineage columns are left out.
 */
export type TestRow = Readonly<Record<string, unknown>>;

/** A record that the contract rejects, as the dead-letter table names it. */
export interface TestDeadLetter {
  /** Place of the record in the list that was read. */
  readonly record: number;
  /** The step at which it was rejected. */
  readonly stage: DeadLetterStage;
  /** As in the dead-letter table. */
  readonly reason: RecordReason;
  /** The field at fault, down to the element: `items[2].qty`; empty where the whole record is. */
  readonly path: string;
  /** The rule that was broken. */
  readonly error: string;
}

/** What became of the records, in their order. Each record is in exactly one of the three lists. */
export interface TestResult {
  readonly rows: readonly TestRow[];
  readonly deadLetters: readonly TestDeadLetter[];
  /** Places of the records that the contract leaves out: by `when`, the transform or `tombstones: 'skip'`. */
  readonly filtered: readonly number[];
}

/** A contract that judges records without servers. */
export interface ContractTest {
  /** Judges records as a worker does. Keeps nothing: each call stands alone. */
  read(records: readonly TestRecord[]): TestResult;
}

/** Runs a contract without servers, by the reader that has the last word in the worker. */
export function testContract(contract: Contract): ContractTest {
  const reader = createRecordReader(contract);
  return {
    read(records) {
      reader.writer.clear();
      const rows: TestRow[] = [];
      const deadLetters: TestDeadLetter[] = [];
      const filtered: number[] = [];
      for (const [record, given] of records.entries()) {
        switch (reader.read(runOf(given, record), 0)) {
          case 'row':
            rows.push(lastRow(reader.writer));
            break;
          case 'filtered':
            filtered.push(record);
            break;
          case 'rejected':
            deadLetters.push({ record, ...reader.rejection });
        }
      }
      return { rows, deadLetters, filtered };
    },
  };
}

function lastRow({ columns }: RowWriter): TestRow {
  const values = columns.map(({ spec, writer, defaultsByServer }): [string, unknown] => {
    const [value] = writer.recent(1);
    return [spec.name, defaultsByServer && value === null ? undefined : value];
  });
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}
