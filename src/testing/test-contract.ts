import type { Contract } from '../domain/contract/define-contract.js';
import type { RowWriter } from '../domain/contract/row-writer.js';
import { createRecordReader } from '../domain/formats/create-record-reader.js';
import type { RecordReason } from '../domain/formats/record-reader.js';
import { runOf, type TestRecord } from './test-record.js';
import type { DeadLetterStage } from '../domain/dead-letters/dead-letter.js';

/**
 * A row as a transform sees it: integers of 64 bits and more are `bigint`, Decimals and times (ISO 8601) are strings, a Map is an
 * object. A column is absent if ClickHouse fills it by an expression (`default: { sql }`, `from: 'server'`). Lineage columns are
 * left out.
 */
export type TestRow = Readonly<Record<string, unknown>>;

/** A record that the contract rejects, described as in the dead-letter table. */
export interface TestDeadLetter {
  /** Index of the record in the list that was read. */
  readonly record: number;
  /** The step at which it was rejected. */
  readonly stage: DeadLetterStage;
  /** The reason, as in the dead-letter table. */
  readonly reason: RecordReason;
  /** The path of the field at fault, for example `items[2].qty`. Empty if the whole record is at fault. */
  readonly path: string;
  /** The rule that was broken. */
  readonly error: string;
}

/** The outcome for each record. Each is in exactly one of the three lists, which keep the order of the records. */
export interface TestResult {
  readonly rows: readonly TestRow[];
  readonly deadLetters: readonly TestDeadLetter[];
  /** Indexes of the records that the contract filters: by `when`, the transform or `tombstones: 'skip'`. */
  readonly filtered: readonly number[];
}

/** A contract that reads records without servers. */
export interface ContractTest {
  /** Reads records as a worker does. Calls are independent: nothing is kept between them. */
  read(records: readonly TestRecord[]): TestResult;
}

/** Runs a contract without servers. Uses the reference reader, whose verdict is final in the worker as well. */
export function testContract(contract: Contract): ContractTest {
  assertUsable(contract);
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

/** A module that a config file imported may hold a stand-in, which lacks what is wrong in the contract. */
function assertUsable({ spec, hash }: Contract): void {
  if (hash !== '') return;
  throw new Error(
    `contract ${spec.name} can't be used: the config file that imports it was loaded before and reports what is wrong in it`,
  );
}

function lastRow({ columns }: RowWriter): TestRow {
  const values = columns.map(({ spec, writer, defaultsByServer }): [string, unknown] => {
    const [value] = writer.recent(1);
    return [spec.name, defaultsByServer && value === null ? undefined : value];
  });
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}
