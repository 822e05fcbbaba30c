import type { RunReader } from '../formats/run-reader.js';
import type { RecordRun } from '../records/record-run.js';
import type { EncodedRows } from '../types/native/encoded-parts.js';
import { addRow, type BlockDraft, type RecordPlace } from './block-draft.js';
import type { BlockMeter } from './block-limits.js';
import { ReadAhead } from './read-ahead.js';

/** Receives the rows of runs. */
export interface RunRows extends EncodedRows {
  /**
   * Appends the part of a row that does not come from the record's value. Returns false and changes nothing if the record
   * reader has to decide the record.
   */
  appendRow(run: RecordRun, index: number): boolean;
}

/** Adds whole runs of records to a block, as far as the run reader is sure of them and the block has room. */
export class WholeRuns {
  private readonly reader: RunReader | null;
  private readonly readAhead = new ReadAhead();

  /** Without a reader, it takes no run. */
  constructor(reader: RunReader | null) {
    this.reader = reader;
  }

  open(run: RecordRun): void {
    this.reader?.open(run);
  }

  /** Appends records from the place on as rows, and moves the place past them. Returns whether another call may take more. */
  take(place: RecordPlace, draft: BlockDraft, meter: BlockMeter, target: RunRows): boolean {
    const { reader } = this;
    const limit = reader === null ? 0 : this.readAhead.next();
    if (reader === null || limit === 0) return false;
    const { run, index: first } = place;
    const end = Math.min(run.count, first + meter.rowsLeft, first + limit);
    if (end <= first) return false;
    const taken = reader.take(first, end);
    const { isInDoubt } = reader;
    const row = { ...place };
    let rows = 0;
    for (; rows < taken; rows++) {
      const seconds = reader.secondsOf(rows);
      row.index = first + rows;
      const size = (run.valueEnds[row.index] ?? 0) - (run.valueStarts[row.index] ?? 0);
      if (!meter.fits(size, false) || !meter.fitsTime(seconds)) break;
      if (!target.appendRow(run, row.index)) break;
      meter.addRow(seconds);
      meter.addRecord(size, false);
      addRow(draft, row, seconds);
    }
    this.readAhead.asked(taken, rows);
    if (rows === 0) return false;
    // Takes fewer records again, because the rest does not fit the block.
    if (rows < taken) reader.take(first, first + rows);
    reader.append(target);
    place.index = first + rows;
    return rows === taken && !isInDoubt;
  }
}
