import type { Contract } from '../contract/define-contract.js';
import type { RowColumn } from '../contract/row-writer.js';
import { STREAM_EVENTS } from '../contract/stream-events.js';
import type { RecordRun } from '../records/record-run.js';
import { createRecordReader } from './create-record-reader.js';
import type { Decoder } from './decoder.js';

/** What a contract makes of a record. */
export interface Judged {
  /** It becomes neither a row nor a dead letter. */
  readonly isLeftOut: boolean;
  /** Its id as ClickHouse's `toString` gives that of its row; null where it is no row, or its id can't be compared. */
  readonly id: string | null;
}

/** Judges records again, by the contract of today, without making rows of them. */
export interface RecordJudge {
  /** The column whose values tell one event from another; null where there is none that can be compared. */
  readonly idColumn: string | null;
  /** Whether some records may be left out. */
  readonly mayLeaveOut: boolean;
  judge(run: RecordRun, index: number): Judged;
}

/** Types whose values a transform sees as the text, or as the whole number, that `toString` of ClickHouse gives. */
const ID_TYPES = /^(String|LowCardinality\(String\)|UUID|U?Int(8|16|32|64|128|256))$/;

/** Rows that were read are dropped once their values have so many bytes, of which each counts for some at least. */
const KEPT_BYTES = 1_024 * 1_024;
const LEAST_ROW_BYTES = 1_024;

/** Judges by `stream_events`, which leaves records out only where it has a transform, and so no scanner. */
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

/** Judges by a declared contract; null where that leaves no record out and has no id that can be compared. */
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
      // The types of an id give no other values.
      const id = value as string | number | bigint | undefined;
      const size = (run.valueEnds[index] ?? 0) - (run.valueStarts[index] ?? 0);
      keptBytes += Math.max(size, LEAST_ROW_BYTES);
      // The rows are not needed, and a rollback would keep the keys of LowCardinality columns.
      if (keptBytes >= KEPT_BYTES) {
        reader.writer.clear();
        keptBytes = 0;
      }
      return { isLeftOut: outcome === 'filtered', id: id === undefined ? null : String(id) };
    },
  };
}

/** Where ClickHouse may evaluate the default, the record does not say what the row has. */
function isComparable({ spec, type, defaultsByServer }: RowColumn, contract: Contract): boolean {
  return spec.name === contract.spec.id && !defaultsByServer && ID_TYPES.test(type.text);
}

function leavesOut({ spec, transform }: Contract): boolean {
  return spec.when !== null || spec.tombstones === 'skip' || transform !== null;
}
