import type { Contract } from '../contract/define-contract.js';
import { LazyRow } from '../contract/lazy-row.js';
import { isDerived, type RowColumn, type RowWriter } from '../contract/row-writer.js';
import type { RecordRun } from '../records/record-run.js';
import { FAULT } from '../types/value-fault.js';
import type { Outcome, RecordReader, RecordRejection } from './record-reader.js';
import { appendDerived, type MadeRow, RowTransform } from './row-transform.js';

/** Applies a contract's validation and transform to each row that a reader has appended, and appends the result. */
export class TransformingReader implements RecordReader {
  rejection: RecordRejection;
  private readonly reader: RecordReader;
  private readonly received: readonly RowColumn[];
  private readonly derived: readonly RowColumn[];
  private readonly lazyRow: LazyRow;
  private readonly transform: RowTransform;

  constructor(reader: RecordReader, contract: Contract) {
    const { columns } = reader.writer;
    this.reader = reader;
    this.rejection = reader.rejection;
    this.derived = columns.filter(isDerived);
    this.received = columns.filter((column) => !isDerived(column));
    this.lazyRow = new LazyRow(this.received);
    this.transform = new RowTransform(contract, columns, this.lazyRow);
  }

  get seconds(): number {
    return this.reader.seconds;
  }

  get writer(): RowWriter {
    return this.reader.writer;
  }

  read(run: RecordRun, index: number): Outcome {
    const outcome = this.reader.read(run, index);
    if (outcome === 'rejected') this.rejection = this.reader.rejection;
    if (outcome !== 'row') return outcome;
    // The reader has not touched the columns of the transform, so their row begins here.
    for (const { writer } of this.derived) writer.mark();
    this.lazyRow.begin();
    let judged = this.transform.judge(run, index);
    if (judged === 'row') judged = this.append(this.transform.made);
    if (judged === 'rejected') this.rejection = this.transform.rejection;
    if (judged !== 'row') this.writer.rollback();
    return judged;
  }

  /**
   * Replaces the values that the transform has changed, and appends those that only it provides. Values that it leaves out
   * stay.
   */
  private append(made: MadeRow | null): Outcome {
    const { lazyRow, received, derived, transform, writer: row } = this;
    if (made !== null) {
      for (const [place, { spec, writer }] of received.entries()) {
        const value = made[spec.name];
        if (value === undefined || lazyRow.isUnchanged(place, value)) continue;
        writer.rollback();
        if (writer.appendValue(value) === FAULT) {
          return transform.refuseValue(spec.name, row.fault);
        }
      }
    }
    for (const { spec, writer } of derived) {
      if (appendDerived(writer, made?.[spec.name], row.fault) === FAULT) {
        return transform.refuseValue(spec.name, row.fault);
      }
    }
    return 'row';
  }
}
