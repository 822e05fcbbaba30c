import type { Contract } from '../contract/define-contract.js';
import type { RecordRun } from '../records/record-run.js';
import { createRecordReader } from './create-record-reader.js';

/** Whether the record becomes neither a row nor a dead letter, because its contract leaves it out. */
export type RecordFilter = (run: RecordRun, index: number) => boolean;

/** Whether a contract may leave records out. */
export function leavesOut({ spec, transform }: Contract): boolean {
  return spec.when !== null || spec.tombstones === 'skip' || transform !== null;
}

export function recordFilter(contract: Contract): RecordFilter {
  const reader = createRecordReader(contract);
  return (run, index) => {
    const outcome = reader.read(run, index);
    // Nobody wants the row.
    if (outcome === 'row') reader.writer.rollback();
    return outcome === 'filtered';
  };
}
