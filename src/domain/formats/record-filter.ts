import type { Contract } from '../contract/define-contract.js';
import type { RecordRun } from '../records/record-run.js';
import { createRecordReader } from './create-record-reader.js';

/** Whether the record becomes neither a row nor a dead letter, because its contract leaves it out. */
export type RecordFilter = (run: RecordRun, index: number) => boolean;

/** Between two times that the rows read so far are dropped. */
const RECORDS_KEPT = 1_000;

/** Whether a contract may leave records out. */
export function leavesOut({ spec, transform }: Contract): boolean {
  return spec.when !== null || spec.tombstones === 'skip' || transform !== null;
}

export function recordFilter(contract: Contract): RecordFilter {
  const reader = createRecordReader(contract);
  let records = 0;
  return (run, index) => {
    const outcome = reader.read(run, index);
    records += 1;
    // The rows are not needed, and a rollback would keep the keys of LowCardinality columns.
    if (records % RECORDS_KEPT === 0) reader.writer.clear();
    return outcome === 'filtered';
  };
}
