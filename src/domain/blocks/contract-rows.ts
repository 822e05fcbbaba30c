import { Buffer } from 'node:buffer';
import type { EncodedColumn, RowWriter } from '../contract/row-writer.js';
import { createRecordReader, isPlain } from '../formats/create-record-reader.js';
import { RecordColumns } from '../formats/record-columns.js';
import type { RunReader } from '../formats/run-reader.js';
import type { RecordReader } from '../formats/record-reader.js';
import { isLineageColumn, LINEAGE_COLUMNS, type LineageColumn } from '../records/lineage.js';
import type { OffsetSpan } from '../records/offset-range.js';
import type { RecordRun } from '../records/record-run.js';
import type { ReadContract } from '../contract/table-contract.js';
import type { BlockColumn } from './block.js';
import { addRow, type BlockDraft, type RecordPlace, setAside } from './block-draft.js';
import type { BlockMeter } from './block-limits.js';
import { ColumnBuffer } from './column-buffer.js';
import { appendLineage } from './lineage-columns.js';
import type { LentColumns, RowSource, RowSourceOptions } from './row-source.js';
import { TransformedRuns } from './transformed-runs.js';
import { type RunRows, WholeRuns } from './whole-runs.js';

/** Takes records that it is sure of. */
type TakesRuns = Pick<TransformedRuns, 'open' | 'take'>;

/** Rows of any contract. The run reader reads the records that it is sure of, and the reference reader reads the others. */
export class ContractRows implements RowSource {
  private readonly options: RowSourceOptions;
  private readonly reader: RecordReader;
  private readonly flattened: ReadonlySet<string>;
  private readonly runs: TakesRuns;

  constructor({ contract, flattened }: ReadContract, options: RowSourceOptions) {
    this.options = options;
    this.flattened = flattened;
    this.reader = createRecordReader(contract);
    const runReader = options.runReaders?.(contract) ?? null;
    this.runs =
      runReader === null || isPlain(contract)
        ? wholeRuns(runReader, this.reader.writer)
        : new TransformedRuns(contract, runReader, this.reader.writer);
  }

  take(place: RecordPlace, draft: BlockDraft, meter: BlockMeter): boolean {
    const { reader } = this;
    switch (reader.read(place.run, place.index)) {
      case 'row': {
        const { seconds } = reader;
        if (!meter.fitsTime(seconds)) {
          reader.writer.rollback();
          return false;
        }
        meter.addRow(seconds);
        addRow(draft, place, seconds);
        return true;
      }
      case 'filtered':
        draft.filtered += 1;
        return true;
      case 'rejected':
        setAside(draft, place, reader.rejection);
        return true;
    }
  }

  open(run: RecordRun): void {
    this.runs.open(run);
  }

  takeRun(place: RecordPlace, draft: BlockDraft, meter: BlockMeter): boolean {
    return this.runs.take(place, draft, meter);
  }

  finish(spans: readonly OffsetSpan[]): LentColumns {
    const { writer } = this.reader;
    const rows = spans.reduce((sum, { first, end }) => sum + end - first, 0);
    const encoded = new Map(
      writer.encode(rows, this.flattened).map((column) => [column.name, column]),
    );
    const columns = this.options.columns.map((name) =>
      isLineageColumn(name) ? this.lineageOf(name, spans) : copied(name, encoded.get(name)),
    );
    writer.clear();
    return { columns, giveBack: () => undefined };
  }

  private lineageOf(name: LineageColumn, spans: readonly OffsetSpan[]): BlockColumn {
    const { topic, topicId } = this.options;
    const buffer = new ColumnBuffer();
    appendLineage(buffer, name, { topic, topicId, spans });
    const { type } = LINEAGE_COLUMNS.find((column) => column.name === name) ?? LINEAGE_COLUMNS[0];
    return { name, type, data: buffer.appended() };
  }
}

function wholeRuns(reader: RunReader | null, writer: RowWriter): TakesRuns {
  const runs = new WholeRuns(reader);
  const recordColumns = new RecordColumns(writer);
  const target: RunRows = {
    appendEncoded: (parts) => {
      writer.appendEncoded(parts);
    },
    appendRow: (run, index) => recordColumns.appendRow(run, index),
  };
  return {
    open: (run) => {
      runs.open(run);
    },
    take: (place, draft, meter) => runs.take(place, draft, meter, target),
  };
}

/** Copies the column, because the writer uses its buffers again for the next block. */
function copied(name: string, column: EncodedColumn | undefined): BlockColumn {
  if (column !== undefined) return { name, type: column.type, data: Buffer.concat(column.parts) };
  throw new Error(
    `column ${name} is in the plan, but the plan's contract has no column of that name: run the same release on every worker`,
  );
}
