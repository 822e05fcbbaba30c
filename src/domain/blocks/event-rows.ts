import type { Buffer } from 'node:buffer';
import { receivedFields } from '../contract/event-contract.js';
import type { Decoder } from '../formats/decoder.js';
import type { OffsetSpan } from '../records/offset-range.js';
import { addRow, type BlockDraft, type RecordPlace, setAside } from './block-draft.js';
import type { BlockMeter } from './block-limits.js';
import { RowColumns, type RowColumnsOptions } from './row-columns.js';
import type { LentColumns, RowSource } from './row-source.js';

/** Rows of `stream_events`: by the byte scanner, and by the decoder where the scanner is not sure. */
export class EventRows implements RowSource {
  private readonly decoder: Decoder;
  private readonly timeField: number;
  private readonly columns: RowColumns;

  constructor(decoder: Decoder, options: Omit<RowColumnsOptions, 'contract'>) {
    const { contract } = decoder;
    this.decoder = decoder;
    this.timeField = receivedFields(contract).findIndex(
      ({ column }) => column === contract.eventTime,
    );
    this.columns = new RowColumns({ ...options, contract });
  }

  open(): void {
    // The scanner keeps nothing of a run.
  }

  take(place: RecordPlace, draft: BlockDraft, meter: BlockMeter): boolean {
    const { scanner } = this.decoder;
    const { bytes, valueStarts, valueEnds } = place.run;
    const start = valueStarts[place.index]!;
    if (scanner === null || start < 0 || !scanner.scan(bytes, start, valueEnds[place.index]!)) {
      return this.takeDecoded(place, draft, meter);
    }
    const seconds = scanner.seconds[this.timeField]!;
    if (!meter.fitsTime(seconds)) return false;
    this.columns.appendScanned(bytes, scanner);
    meter.addRow(seconds);
    addRow(draft, place, seconds);
    return true;
  }

  /** The scanner takes records one by one. */
  takeRun(): number {
    return 0;
  }

  finish(spans: readonly OffsetSpan[]): LentColumns {
    return this.columns.finish(spans);
  }

  private takeDecoded(place: RecordPlace, draft: BlockDraft, meter: BlockMeter): boolean {
    const { decoder } = this;
    const outcome = decoder.decode(valueAt(place));
    switch (outcome.kind) {
      case 'row': {
        const seconds = outcome.row[decoder.contract.eventTime] as number;
        if (!meter.fitsTime(seconds)) return false;
        this.columns.appendRow(outcome.row);
        meter.addRow(seconds);
        addRow(draft, place, seconds);
        return true;
      }
      case 'filtered':
        draft.filtered += 1;
        return true;
      case 'rejected':
        setAside(draft, place, outcome);
        return true;
    }
  }
}

function valueAt({ run, index }: RecordPlace): Buffer | null {
  const start = run.valueStarts[index]!;
  return start < 0 ? null : run.bytes.subarray(start, run.valueEnds[index]);
}
