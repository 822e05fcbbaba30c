import type { RunReader } from '../formats/run-reader.js';
import type { RecordRun } from '../records/record-run.js';
import type { EncodedRows } from '../types/native/encoded-parts.js';
import { addRow, type BlockDraft, type RecordPlace } from './block-draft.js';
import type { BlockMeter } from './block-limits.js';

const MAX_PAUSE = 63;

/**
 * If consecutive records are in doubt, because a contract filters most of them or they are spelt unusually, the run reader
 * is asked less and less often, so that it costs next to nothing.
 */
export class Pauses {
  /** Number of records that the record reader reads before the run reader is asked again. */
  private left = 0;
  private last = 0;

  /** Whether the record reader reads the next record. */
  isPausing(): boolean {
    if (this.left === 0) return false;
    this.left -= 1;
    return true;
  }

  /** Called after the run reader was asked, with the number of records that it took. */
  asked(taken: number): void {
    this.last = taken > 0 ? 0 : Math.min(2 * this.last + 1, MAX_PAUSE);
    this.left = this.last;
  }
}

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
  private readonly pauses = new Pauses();

  /** Without a reader, it takes no run. */
  constructor(reader: RunReader | null) {
    this.reader = reader;
  }

  open(run: RecordRun): void {
    this.reader?.open(run);
  }

  /** Appends records from the place on as rows. Returns their number. */
  take(place: RecordPlace, draft: BlockDraft, meter: BlockMeter, target: RunRows): number {
    const { reader } = this;
    if (reader === null || this.pauses.isPausing()) return 0;
    const { run, index: first } = place;
    const end = Math.min(run.count, first + meter.rowsLeft);
    if (end <= first) return 0;
    const taken = reader.take(first, end);
    this.pauses.asked(taken);
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
    if (rows === 0) return 0;
    // Takes fewer records again, because the rest does not fit the block.
    if (rows < taken) reader.take(first, first + rows);
    reader.append(target);
    return rows;
  }
}
