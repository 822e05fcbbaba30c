import type { Contract } from '../contract/define-contract.js';
import type { RowWriter } from '../contract/row-writer.js';
import { type MadeRow, RowTransform } from '../formats/row-transform.js';
import type { RunReader } from '../formats/run-reader.js';
import type { RecordRun } from '../records/record-run.js';
import { clockOf, type EventClock } from '../types/native/event-clock.js';
import { addRow, type BlockDraft, type RecordPlace } from './block-draft.js';
import type { BlockMeter } from './block-limits.js';
import { ReadAhead } from './read-ahead.js';
import { TransformedColumns } from './transformed-columns.js';

/**
 * Adds whole runs of records to a block through the validation and the transform of a contract, as far as the run reader is sure
 * of them and the block has room. The record reader reads a rejected record again and says why it is rejected.
 */
export class TransformedRuns {
  private readonly reader: RunReader;
  private readonly columns: TransformedColumns;
  private readonly transform: RowTransform;
  private readonly timeColumn: string | null;
  private readonly clock: EventClock | null;
  private readonly readAhead = new ReadAhead();
  /** By record of the call: whether it is a row, or was filtered. */
  private readonly isRow: boolean[] = [];
  private hasLeftOut = false;

  constructor(contract: Contract, reader: RunReader, target: RowWriter) {
    this.reader = reader;
    this.columns = new TransformedColumns(contract.spec, target);
    this.transform = new RowTransform(contract, target.columns, this.columns.lazyRow);
    this.timeColumn = contract.spec.eventTime;
    const time = target.columns.find(({ spec }) => spec.name === this.timeColumn);
    this.clock = time === undefined ? null : clockOf(time.writer);
  }

  open(run: RecordRun): void {
    this.reader.open(run);
  }

  /**
   * Takes records from the place on, as rows or as filtered records, and moves the place past them. Returns whether another call
   * may take more.
   */
  take(place: RecordPlace, draft: BlockDraft, meter: BlockMeter): boolean {
    const limit = this.readAhead.next();
    if (limit === 0) return false;
    const { reader, columns } = this;
    const { run, index: first } = place;
    const end = Math.min(run.count, first + meter.rowsLeft, first + limit);
    if (end <= first) return false;
    for (;;) {
      const read = columns.read(reader, run, first, end);
      const { isInDoubt } = reader;
      const taken = this.transformRows({ ...place }, read, draft, meter);
      if (this.hasLeftOut) columns.appendKept(taken, this.isRow);
      else if (taken > 0) columns.appendRows(reader, first, taken);
      const hasChanged = columns.noteChanged();
      // If the first record changes a column for the first time, it is read again with that column among the changed ones.
      if (hasChanged && taken === 0) continue;
      // A column changes for the first time only once, so that call says nothing about the next ones.
      this.readAhead.asked(hasChanged ? taken : columns.encoded, taken);
      place.index = first + taken;
      if (taken === 0) return false;
      return hasChanged || (taken === columns.encoded && !isInDoubt);
    }
  }

  /** Stops at the first record that is rejected or that the block has no room for. Returns the number of records before it. */
  private transformRows(
    row: RecordPlace,
    read: number,
    draft: BlockDraft,
    meter: BlockMeter,
  ): number {
    const { run, index: first } = row;
    const { transform, columns, isRow } = this;
    this.hasLeftOut = false;
    for (let taken = 0; taken < read; taken++) {
      if (taken > 0) columns.lazyRow.next();
      row.index = first + taken;
      const size = (run.valueEnds[row.index] ?? 0) - (run.valueStarts[row.index] ?? 0);
      if (!meter.fits(size, false)) return taken;
      const outcome = transform.judge(run, row.index);
      if (outcome === 'rejected') return taken;
      isRow[taken] = outcome === 'row';
      if (outcome === 'filtered') {
        this.hasLeftOut = true;
        draft.filtered += 1;
        meter.addRecord(size, false);
        continue;
      }
      const { made } = transform;
      if (!columns.appendRow(made)) return taken;
      const seconds = this.secondsOf(taken, made);
      if (!meter.fitsTime(seconds)) {
        columns.rollback();
        return taken;
      }
      meter.addRow(seconds);
      meter.addRecord(size, false);
      addRow(draft, row, seconds);
    }
    return read;
  }

  private secondsOf(taken: number, made: MadeRow | null): number {
    const { clock, timeColumn, columns, reader } = this;
    if (clock === null || timeColumn === null || columns.isOfRecord(timeColumn, made)) {
      return reader.secondsOf(taken);
    }
    return clock.lastSeconds;
  }
}
