import type { Buffer } from 'node:buffer';
import { receivedFields } from '../event/contract.js';
import type { Decoder } from '../event/decoder.js';
import type { RecordRun } from '../event/records.js';
import type { Block, KnownDeadLetter } from './block.js';
import {
  addRow,
  type BlockDraft,
  emptyDraft,
  type RecordPlace,
  setAside,
  toBlockParts,
} from './block-draft.js';
import type { ColumnPool } from './columns.js';
import { createCoverage } from './coverage.js';
import { type BlockMeter, createBlockMeter } from './cut-blocks.js';
import type { BatchPlan, LoneRecord } from './plan.js';
import { createRowColumns, type LentColumns, type RowColumns } from './row-columns.js';

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
  readonly plan: Pick<BatchPlan, 'topic' | 'ranges' | 'cut'>;
  /** Records that an earlier attempt has set aside: they become neither rows nor letters again. */
  readonly known: readonly KnownDeadLetter[];
  readonly decoder: Decoder;
  readonly pool: ColumnPool;
}

export function createBlockBuilder(options: BlockBuilderOptions): BlockBuilder {
  const { decoder, pool } = options;
  const { topic, ranges, cut } = options.plan;
  const { contract } = decoder;
  const meter = createBlockMeter(cut);
  const coverage = createCoverage(ranges);
  const columns = createRowColumns({ contract, topic, columns: cut.columns, pool });
  const takeRecord = createRecordTaker(decoder, meter, columns);
  const known = byPartition(options.known);
  const alone = byPartition(cut.alone);
  const lent = new WeakMap<Block, LentColumns>();
  let draft = emptyDraft();
  let hasRefused = false;

  return {
    add(run, from) {
      const { partition, offsets, valueStarts, valueEnds } = run;
      const range = coverage.open(partition);
      const place = { run, epoch: coverage.epochOf(range), index: from };
      const knownHere = known.get(partition);
      const aloneHere = alone.get(partition);
      for (; place.index < run.count; place.index++) {
        const { index } = place;
        const offset = offsets[index]!;
        const size = valueStarts[index]! < 0 ? 0 : valueEnds[index]! - valueStarts[index]!;
        const isAlone = aloneHere?.has(offset) === true;
        if (!meter.fits(size, isAlone)) break;
        const letter = knownHere?.get(offset);
        if (letter !== undefined) draft.knownDeadLetters.push(letter);
        else if (!takeRecord(draft, place)) break;
        meter.addRecord(size, isAlone);
        coverage.decide(range, offset);
      }
      hasRefused = place.index < run.count;
      return place.index;
    },
    cover(partition, next) {
      coverage.cover(partition, next);
    },
    get isEmpty() {
      return meter.records === 0 && !coverage.isPending;
    },
    finish() {
      const { rows, records, valueBytes, tablePartitions } = meter;
      const encoded = columns.finish(draft.spans);
      const block: Block = {
        ...toBlockParts(draft, rows),
        covered: coverage.take(hasRefused ? 'last-record' : 'all'),
        columns: encoded.columns,
        rows,
        records,
        valueBytes,
        tablePartitions,
      };
      lent.set(block, encoded);
      meter.reset();
      draft = emptyDraft();
      hasRefused = false;
      return block;
    },
    release(block) {
      lent.get(block)?.giveBack();
      lent.delete(block);
    },
    close() {
      columns.finish([]).giveBack();
    },
  };
}

type RecordTaker = (draft: BlockDraft, place: RecordPlace) => boolean;

/**
 * Brings a record into the block as what it is: a row, a dead letter, or nothing. False, with nothing changed, where it
 * is a row that the block has no room for.
 */
function createRecordTaker(decoder: Decoder, meter: BlockMeter, columns: RowColumns): RecordTaker {
  const { contract, scanner } = decoder;
  const timeField = receivedFields(contract).findIndex(
    ({ column }) => column === contract.eventTime,
  );
  const takeDecoded: RecordTaker = (draft, place) => {
    const outcome = decoder.decode(valueAt(place));
    switch (outcome.kind) {
      case 'row': {
        const seconds = outcome.row[contract.eventTime] as number;
        if (!meter.fitsTime(seconds)) return false;
        columns.appendRow(outcome.row);
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
  };
  if (scanner === null) return takeDecoded;
  return (draft, place) => {
    const { bytes, valueStarts, valueEnds } = place.run;
    const start = valueStarts[place.index]!;
    if (start < 0 || !scanner.scan(bytes, start, valueEnds[place.index]!)) {
      return takeDecoded(draft, place);
    }
    const seconds = scanner.seconds[timeField]!;
    if (!meter.fitsTime(seconds)) return false;
    columns.appendScanned(bytes, scanner);
    meter.addRow(seconds);
    addRow(draft, place, seconds);
    return true;
  };
}

function valueAt({ run, index }: RecordPlace): Buffer | null {
  const start = run.valueStarts[index]!;
  return start < 0 ? null : run.bytes.subarray(start, run.valueEnds[index]);
}

function byPartition<R extends LoneRecord>(
  records: readonly R[],
): ReadonlyMap<number, ReadonlyMap<number, R>> {
  const found = new Map<number, Map<number, R>>();
  for (const record of records) {
    const offsets = found.get(record.partition) ?? new Map<number, R>();
    found.set(record.partition, offsets.set(record.offset, record));
  }
  return found;
}
