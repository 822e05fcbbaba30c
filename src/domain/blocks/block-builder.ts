import type { ReadContract } from '../contract/table-contract.js';
import type { Decoder } from '../formats/decoder.js';
import type { RunReaders } from '../formats/run-reader.js';
import type { RecordRun } from '../records/record-run.js';
import { storedTopicId } from '../log/log.js';
import type { Block, KnownDeadLetter } from './block.js';
import { emptyDraft, type RecordPlace, toBlockParts } from './block-draft.js';
import type { ColumnPool } from './column-buffer.js';
import { Coverage } from './coverage.js';
import { BlockMeter, type Cut } from './block-limits.js';
import type { LoneRecord, PlannedRange } from '../records/offset-range.js';
import { ContractRows } from './contract-rows.js';
import { EventRows } from './event-rows.js';
import type { LentColumns, RowSource } from './row-source.js';

/** Divides the records of one batch into blocks, in the order of the plan's ranges. */
export interface BlockBuilder {
  /**
   * Takes records from the index `from` on. Returns the index of the first record that does not fit the block, or
   * `run.count`. After a record did not fit, finish the block before offering that record again.
   */
  add(run: RecordRun, from: number): number;
  /** Offsets of the partition below `next` that were in no run hold no record. */
  cover(partition: number, next: number): void;
  /** Whether there is nothing to finish: no record, and no offset without a record. */
  readonly isEmpty: boolean;
  /** Ends the block. The next record begins another one. If all records so far have fit, the batch must be at its end. */
  finish(): Block;
  /** The block's columns are no longer needed. */
  release(block: Block): void;
  /** Discards what is not finished. */
  close(): void;
}

export interface BlockBuilderOptions {
  readonly plan: {
    readonly topic: string;
    readonly topicId: string;
    readonly ranges: readonly PlannedRange[];
    readonly cut: Cut;
  };
  /** Records that an earlier attempt rejected. They stay dead letters, and are not written again. */
  readonly known: readonly KnownDeadLetter[];
  /** How records become rows: the decoder of `stream_events`, or any other contract. */
  readonly decoder: Decoder | ReadContract;
  readonly pool: ColumnPool;
  /** Faster readers than the reference reader. If null or left out, the reference reader reads every record. */
  readonly runReaders?: RunReaders | null | undefined;
}

export function createBlockBuilder(options: BlockBuilderOptions): BlockBuilder {
  return new Builder(options);
}

/**
 * Everything that is called for each record is a method, here and in what this class uses, because V8 compiles methods once
 * for all batches. Closures are new for every batch, and V8 recompiled them for the first ten batches.
 */
class Builder implements BlockBuilder {
  private readonly meter: BlockMeter;
  private readonly coverage: Coverage;
  private readonly rows: RowSource;
  private readonly known: RecordsByPartition<KnownDeadLetter>;
  private readonly alone: RecordsByPartition<LoneRecord>;
  private readonly lent = new WeakMap<Block, LentColumns>();
  private draft = emptyDraft();
  private hasRefused = false;
  /** Rows of other contracts are found by their offsets alone. */
  private readonly hasEventTime: boolean;

  constructor({ plan, known, decoder, pool, runReaders = null }: BlockBuilderOptions) {
    const { topic, ranges, cut } = plan;
    const topicId = storedTopicId(plan.topicId);
    this.meter = new BlockMeter(cut);
    this.coverage = new Coverage(ranges);
    const made = { topic, topicId, columns: cut.columns, runReaders };
    this.hasEventTime = 'scanner' in decoder;
    this.rows =
      'scanner' in decoder
        ? new EventRows(decoder, { ...made, pool })
        : new ContractRows(decoder, made);
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
    const isPlain = known === undefined && alone === undefined;
    this.rows.open(run);
    for (; place.index < run.count; place.index++) {
      if (isPlain) this.takeRun(place, range);
      const { index } = place;
      if (index === run.count) break;
      const offset = offsets[index]!;
      const size = valueStarts[index]! < 0 ? 0 : valueEnds[index]! - valueStarts[index]!;
      const isAlone = alone?.has(offset) === true;
      if (!meter.fits(size, isAlone)) break;
      const letter = known?.get(offset);
      if (letter !== undefined) draft.knownDeadLetters.push(letter);
      else if (!this.rows.take(place, draft, meter)) break;
      meter.addRecord(size, isAlone);
      coverage.decide(range, offset);
    }
    this.hasRefused = place.index < run.count;
    return place.index;
  }

  /** Takes the records that the run reader is sure of, and moves the place past them. */
  private takeRun(place: RecordPlace, range: number): void {
    let { index } = place;
    while (this.rows.takeRun(place, this.draft, this.meter));
    for (; index < place.index; index++) {
      this.coverage.decide(range, place.run.offsets[index]!);
    }
  }

  cover(partition: number, next: number): void {
    this.coverage.cover(partition, next);
  }

  finish(): Block {
    const { rows, records, valueBytes, tablePartitionCount } = this.meter;
    const encoded = this.rows.finish(this.draft.spans);
    const block: Block = {
      ...toBlockParts(this.draft, rows),
      ...(!this.hasEventTime && { times: null }),
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
    this.rows.finish([]).giveBack();
  }
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
