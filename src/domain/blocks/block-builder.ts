import type { Buffer } from 'node:buffer';
import { receivedFields } from '../contract/contract.js';
import type { Decoder } from '../formats/decoder.js';
import type { RecordRun } from '../records/record-run.js';
import { storedTopicId } from '../log/log.js';
import type { Block, KnownDeadLetter } from './block.js';
import { addRow, emptyDraft, type RecordPlace, setAside, toBlockParts } from './block-draft.js';
import type { ColumnPool } from './column-buffer.js';
import { Coverage } from './coverage.js';
import { BlockMeter } from './block-limits.js';
import type { BatchPlan, LoneRecord } from '../pipeline/batch-plan.js';
import { type LentColumns, RowColumns } from './row-columns.js';

/** Cuts the records of one batch into blocks, in the order of the plan's ranges. */
export interface BlockBuilder {
  /**
   * Takes records from the index `from` on. Gives the index of the first one that the block has no room for, or
   * `run.count`. Once it has refused a record, the block must be finished before that record is offered again.
   */
  add(run: RecordRun, from: number): number;
  /** Offsets of the partition below `next` that were in no run hold no record. */
  cover(partition: number, next: number): void;
  /** There is nothing to finish: neither a record nor an offset without one. */
  readonly isEmpty: boolean;
  /** The block so far; the next record begins another. Where no record was refused before, the batch is at its end. */
  finish(): Block;
  /** The block's columns are no longer needed. */
  release(block: Block): void;
  /** Gives up what is not finished. */
  close(): void;
}

export interface BlockBuilderOptions {
  readonly plan: Pick<BatchPlan, 'topic' | 'topicId' | 'ranges' | 'cut'>;
  /** Records that an earlier attempt has set aside: they become neither rows nor letters again. */
  readonly known: readonly KnownDeadLetter[];
  readonly decoder: Decoder;
  readonly pool: ColumnPool;
}

export function createBlockBuilder(options: BlockBuilderOptions): BlockBuilder {
  return new Builder(options);
}

/**
 * What is called for every record are methods, here and in what this uses: the engine compiles those once for the builders
 * of all batches. Closures, new ones for every batch, were compiled anew for the first ten.
 */
class Builder implements BlockBuilder {
  private readonly decoder: Decoder;
  private readonly timeField: number;
  private readonly meter: BlockMeter;
  private readonly coverage: Coverage;
  private readonly columns: RowColumns;
  private readonly known: RecordsByPartition<KnownDeadLetter>;
  private readonly alone: RecordsByPartition<LoneRecord>;
  private readonly lent = new WeakMap<Block, LentColumns>();
  private draft = emptyDraft();
  private hasRefused = false;

  constructor({ plan, known, decoder, pool }: BlockBuilderOptions) {
    const { topic, ranges, cut } = plan;
    const topicId = storedTopicId(plan.topicId);
    const { contract } = decoder;
    this.decoder = decoder;
    this.timeField = receivedFields(contract).findIndex(
      ({ column }) => column === contract.eventTime,
    );
    this.meter = new BlockMeter(cut);
    this.coverage = new Coverage(ranges);
    this.columns = new RowColumns({ contract, topic, topicId, columns: cut.columns, pool });
    this.known = byPartition(known);
    this.alone = byPartition(cut.alone);
  }

  get isEmpty(): boolean {
    return this.meter.records === 0 && !this.coverage.isPending;
  }

  add(run: RecordRun, from: number): number {
    const { partition, offsets, valueStarts, valueEnds } = run;
    const { meter, coverage, draft } = this;
    const range = coverage.open(partition);
    const place = { run, epoch: coverage.epochOf(range), index: from };
    const known = this.known.get(partition);
    const alone = this.alone.get(partition);
    for (; place.index < run.count; place.index++) {
      const { index } = place;
      const offset = offsets[index]!;
      const size = valueStarts[index]! < 0 ? 0 : valueEnds[index]! - valueStarts[index]!;
      const isAlone = alone?.has(offset) === true;
      if (!meter.fits(size, isAlone)) break;
      const letter = known?.get(offset);
      if (letter !== undefined) draft.knownDeadLetters.push(letter);
      else if (!this.takeRecord(place)) break;
      meter.addRecord(size, isAlone);
      coverage.decide(range, offset);
    }
    this.hasRefused = place.index < run.count;
    return place.index;
  }

  cover(partition: number, next: number): void {
    this.coverage.cover(partition, next);
  }

  finish(): Block {
    const { rows, records, valueBytes, tablePartitionCount } = this.meter;
    const encoded = this.columns.finish(this.draft.spans);
    const block: Block = {
      ...toBlockParts(this.draft, rows),
      covered: this.coverage.take(this.hasRefused ? 'last-record' : 'all'),
      columns: encoded.columns,
      rows,
      records,
      valueBytes,
      tablePartitions: tablePartitionCount,
    };
    this.lent.set(block, encoded);
    this.meter.reset();
    this.draft = emptyDraft();
    this.hasRefused = false;
    return block;
  }

  release(block: Block): void {
    this.lent.get(block)?.giveBack();
    this.lent.delete(block);
  }

  close(): void {
    this.columns.finish([]).giveBack();
  }

  /**
   * Brings a record into the block as what it is: a row, a dead letter, or nothing. False, with nothing changed, where it
   * is a row that the block has no room for.
   */
  private takeRecord(place: RecordPlace): boolean {
    const { scanner } = this.decoder;
    const { bytes, valueStarts, valueEnds } = place.run;
    const start = valueStarts[place.index]!;
    if (scanner === null || start < 0 || !scanner.scan(bytes, start, valueEnds[place.index]!)) {
      return this.takeDecoded(place);
    }
    const seconds = scanner.seconds[this.timeField]!;
    if (!this.meter.fitsTime(seconds)) return false;
    this.columns.appendScanned(bytes, scanner);
    this.meter.addRow(seconds);
    addRow(this.draft, place, seconds);
    return true;
  }

  private takeDecoded(place: RecordPlace): boolean {
    const { decoder, meter, draft } = this;
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

type RecordsByPartition<R> = ReadonlyMap<number, ReadonlyMap<number, R>>;

function byPartition<R extends LoneRecord>(records: readonly R[]): RecordsByPartition<R> {
  const found = new Map<number, Map<number, R>>();
  for (const record of records) {
    const offsets = found.get(record.partition) ?? new Map<number, R>();
    found.set(record.partition, offsets.set(record.offset, record));
  }
  return found;
}
