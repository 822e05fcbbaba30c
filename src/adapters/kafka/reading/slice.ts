import { Buffer } from 'node:buffer';
import { BatchTooLarge } from '../../../domain/errors.js';
import type { RecordRun } from '../../../domain/records/record-run.js';
import type { LeaderEpochs } from '../../../domain/log/leader-epochs.js';
import type { FetchedRecords } from '../../../domain/ports/record-source.js';
import type { AbortedTransaction } from '../protocol/fetch.js';
import {
  AbortedProducers,
  batchesRead,
  type BatchesToRead,
  notExpanded,
  recordRuns,
} from '../records/record-batches.js';
import type { BatchHeader } from '../records/batch-header.js';
import { type Expand, ExpandsTooFar, GZIP } from '../records/codecs.js';
import { expandedBound, expandLarge } from '../records/large-batches.js';
import type { RunColumns } from '../records/run-columns.js';
import type { AnswerMemory } from './fetch-buffers.js';

export interface SliceContext {
  readonly expand: Expand;
  readonly columns: RunColumns;
  readonly fetchBytes: number;
  /** A batch that has more bytes, or expands to more, is too large. */
  readonly maxExpandedBytes: number;
}

export type Read = Omit<BatchesToRead, 'aborted'> & {
  readonly aborted: readonly AbortedTransaction[];
};

export interface SlicePlace {
  readonly partition: number;
  readonly next: number;
  readonly leaderEpochs: LeaderEpochs;
  /** The only batch of the slice whose records are read, if it is a large one; else null. */
  readonly large: BatchHeader | null;
  /** The last slice of its partition in the answer. */
  readonly isLast: boolean;
  /** The memory of the records, which other slices share. */
  readonly memory: AnswerMemory;
}

/** Codecs build their result in a buffer that grows, and return a copy: measured at 1.5 times the result. */
const MEMORY_OF_EXPANSION = 2;

const NOTHING = Buffer.alloc(0);

/**
 * What one fetch brought of one partition, or a part of it. Its memory is reused once it is given back. Reading it after that
 * throws, and never returns other records.
 */
export class Slice implements FetchedRecords {
  readonly partition: number;
  readonly next: number;
  readonly wireBytes: number;
  readonly extraBytes: number;
  readonly leaderEpochs: LeaderEpochs;
  readonly #place: SlicePlace;
  readonly #read: Read;
  readonly #context: SliceContext;
  /** Bytes of the large batch, before or after it is expanded, whichever is more; null if there is none. */
  readonly #largeBytes: number | null;
  #expanded: Buffer | null = null;
  #isGivenBack = false;

  constructor(place: SlicePlace, read: Read, context: SliceContext) {
    this.partition = place.partition;
    this.next = place.next;
    this.leaderEpochs = place.leaderEpochs;
    this.wireBytes = place.isLast ? read.bytes.length : 0;
    this.#place = place;
    this.#read = read;
    this.#context = context;
    place.memory.lend();
    this.#largeBytes = place.large && this.#sizeOf(place.large);
    this.extraBytes = place.large === null ? 0 : this.#extraBytesOf(place.large);
  }

  async open(): Promise<void> {
    const { large } = this.#place;
    if (large === null || this.#expanded !== null || !this.#isRead(large)) return;
    const { maxExpandedBytes } = this.#context;
    const { bytes, where } = this.#read;
    if ((this.#largeBytes ?? 0) > maxExpandedBytes) throw this.#tooLarge(large);
    if (large.codec === 0) return;
    const records = bytes.subarray(large.recordsStart, large.end);
    try {
      this.#expanded = await expandLarge(large.codec, records, maxExpandedBytes);
    } catch (error) {
      throw error instanceof ExpandsTooFar
        ? this.#tooLarge(large)
        : notExpanded(error, where, large);
    }
  }

  *runs(): Generator<RecordRun> {
    const { columns } = this.#context;
    const aborted = new AbortedProducers(this.#read.aborted);
    this.#failIfGivenBack();
    columns.partition = this.partition;
    for (const run of recordRuns({ ...this.#read, aborted }, columns, this.#expand())) {
      yield run;
      this.#failIfGivenBack();
    }
  }

  giveBack(): void {
    if (this.#isGivenBack) return;
    this.#isGivenBack = true;
    const { columns } = this.#context;
    if (this.#expanded !== null && columns.bytes === this.#expanded) columns.bytes = NOTHING;
    this.#expanded = null;
    this.#place.memory.giveBack();
  }

  #expand(): Expand {
    const { large } = this.#place;
    if (large === null || large.codec === 0) return this.#context.expand;
    return () => {
      if (this.#expanded === null) throw new Error('a large batch was read before it was opened');
      return this.#expanded;
    };
  }

  /** Aborted batches are left out, and never expanded. */
  #isRead(large: BatchHeader): boolean {
    const aborted = new AbortedProducers(this.#read.aborted);
    return batchesRead({ ...this.#read, aborted }).includes(large);
  }

  /** Bytes of the batch, before or after it is expanded, whichever is more; for gzip, what its trailer says. */
  #sizeOf({ codec, recordsStart, start, end }: BatchHeader): number {
    const expanded = expandedBound(codec, this.#read.bytes.subarray(recordsStart, end));
    return Math.max(expanded, end - start);
  }

  #extraBytesOf({ codec, start, end }: BatchHeader): number {
    const { fetchBytes, maxExpandedBytes } = this.#context;
    const expanded = codec === 0 ? 0 : Math.min(this.#largeBytes ?? 0, maxExpandedBytes);
    // The answer that was fetched ahead may be as large.
    return MEMORY_OF_EXPANSION * expanded + 2 * Math.max(0, end - start - fetchBytes);
  }

  #tooLarge({ baseOffset, lastOffset, count, codec }: BatchHeader): BatchTooLarge {
    const { maxExpandedBytes: limitBytes } = this.#context;
    const size = this.#largeBytes ?? 0;
    return new BatchTooLarge({
      partition: this.partition,
      first: baseOffset,
      end: lastOffset + 1,
      records: count,
      // The trailer of gzip may state less than there is.
      bytes: codec === GZIP && size <= limitBytes ? null : size,
      limitBytes,
    });
  }

  #failIfGivenBack(): void {
    if (!this.#isGivenBack) return;
    throw new Error(
      'fetched records were read after the next ones had been requested: use or copy them before',
    );
  }
}

/** Yields the same slices. Each is given back when the next one is requested, or when the reader stops. */
export async function* givenBack(slices: AsyncIterable<Slice>): AsyncGenerator<FetchedRecords> {
  for await (const slice of slices) {
    try {
      yield slice;
    } finally {
      slice.giveBack();
    }
  }
}
