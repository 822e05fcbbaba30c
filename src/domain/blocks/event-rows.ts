import type { Buffer } from 'node:buffer';
import { EVENT_CONTRACT, type EventContract, receivedFields } from '../contract/event-contract.js';
import { STREAM_EVENTS } from '../contract/stream-events.js';
import type { Decoder } from '../formats/decoder.js';
import type { OffsetSpan } from '../records/offset-range.js';
import type { RecordRun } from '../records/record-run.js';
import { addRow, type BlockDraft, type RecordPlace, setAside } from './block-draft.js';
import type { BlockMeter } from './block-limits.js';
import type { ColumnPool } from './column-buffer.js';
import { RowColumns } from './row-columns.js';
import type { LentColumns, RowSource, RowSourceOptions } from './row-source.js';
import { WholeRuns } from './whole-runs.js';

/**
 * Rows of `stream_events`. The run reader reads whole runs, the byte scanner reads what the run reader is not sure of, and
 * the decoder reads what the scanner is not sure of. A decoder without a scanner has a transform or has to judge every
 * record.
 */
export class EventRows implements RowSource {
  private readonly decoder: Decoder;
  private readonly timeField: number;
  private readonly columns: RowColumns;
  private readonly runs: WholeRuns;

  constructor(decoder: Decoder, options: RowSourceOptions & { readonly pool: ColumnPool }) {
    const { contract } = decoder;
    this.decoder = decoder;
    this.timeField = receivedFields(contract).findIndex(
      ({ column }) => column === contract.eventTime,
    );
    this.columns = new RowColumns({ ...options, contract });
    const builtIn: EventContract = EVENT_CONTRACT;
    const isRead = decoder.scanner !== null && contract === builtIn;
    this.runs = new WholeRuns(isRead ? (options.runReaders?.(STREAM_EVENTS) ?? null) : null);
  }

  open(run: RecordRun): void {
    this.runs.open(run);
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

  takeRun(place: RecordPlace, draft: BlockDraft, meter: BlockMeter): boolean {
    return this.runs.take(place, draft, meter, this.columns);
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
        this.columns.appendDecoded(outcome.row);
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
