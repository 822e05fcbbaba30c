import type { Contract } from '../contract/define-contract.js';
import type { RowColumn } from '../contract/row-writer.js';
import { STREAM_EVENTS } from '../contract/stream-events.js';
import type { RecordRun } from '../records/record-run.js';
import { createRecordReader } from './create-record-reader.js';
import type { Decoder } from './decoder.js';

/** What a contract would make of a record. */
export interface Judged {
  /** The record becomes neither a row nor a dead letter. */
  readonly isLeftOut: boolean;
  /**
   * Id of the record, as ClickHouse's `toString` prints the id of its row. Null if it is not a row, or if its id can't be
   * compared.
   */
  readonly id: string | null;
}

/** Judges records by the current contract, without making rows. */
export interface RecordJudge {
  /** The column that identifies an event. Null if there is no such column that can be compared. */
  readonly idColumn: string | null;
  /** Whether the contract may leave records out. */
  readonly mayLeaveOut: boolean;
  judge(run: RecordRun, index: number): Judged;
}

/** Types whose values a transform sees in the same form as ClickHouse's `toString` prints them: as text or as a whole number. */
const ID_TYPES = /^(String|LowCardinality\(String\)|UUID|U?Int(8|16|32|64|128|256))$/;

/** Read rows are dropped once their values have this many bytes. Each value counts for at least a few bytes. */
const KEPT_BYTES = 1_024 * 1_024;
const LEAST_ROW_BYTES = 1_024;

/** Judges by `stream_events`. It filters records only if it has a transform, and then it has no scanner. */
export function eventJudge(decoder: Decoder): RecordJudge {
  const idColumn = STREAM_EVENTS.spec.id ?? '';
  return {
    idColumn,
    mayLeaveOut: decoder.scanner === null,
    judge({ bytes, valueStarts, valueEnds }, index) {
      const start = valueStarts[index] ?? -1;
      const decoded = decoder.decode(start < 0 ? null : bytes.subarray(start, valueEnds[index]));
      const id = decoded.kind === 'row' ? String(decoded.row[idColumn]) : null;
      return { isLeftOut: decoded.kind === 'filtered', id };
    },
  };
}

/** Judges by a declared contract. Null if the contract leaves no record out and has no id that can be compared. */
export function contractJudge(contract: Contract): RecordJudge | null {
  const reader = createRecordReader(contract);
  const column = reader.writer.columns.find((each) => isComparable(each, contract));
  const mayLeaveOut = leavesOut(contract);
  if (column === undefined && !mayLeaveOut) return null;
  let keptBytes = 0;
  return {
    idColumn: column?.spec.name ?? null,
    mayLeaveOut,
    judge(run, index) {
      const outcome = reader.read(run, index);
      const [value] = outcome === 'row' && column !== undefined ? column.writer.recent(1) : [];
      // The types of an id have no other values.
      const id = value as string | number | bigint | undefined;
      const size = (run.valueEnds[index] ?? 0) - (run.valueStarts[index] ?? 0);
      keptBytes += Math.max(size, LEAST_ROW_BYTES);
      // The rows are not needed. A rollback would keep the keys of LowCardinality columns.
      if (keptBytes >= KEPT_BYTES) {
        reader.writer.clear();
        keptBytes = 0;
      }
      return { isLeftOut: outcome === 'filtered', id: id === undefined ? null : String(id) };
    },
  };
}

/** If ClickHouse may evaluate the default, the record does not show what the row has. */
function isComparable({ spec, type, defaultsByServer }: RowColumn, contract: Contract): boolean {
  return spec.name === contract.spec.id && !defaultsByServer && ID_TYPES.test(type.text);
}

function leavesOut({ spec, transform }: Contract): boolean {
  return spec.when !== null || spec.tombstones === 'skip' || transform !== null;
}
