import { FIRST_BYTES_PER_RECORD } from '../../../domain/limits.js';

/** Less would be a fetch for a handful of records. */
const MIN_BYTES = 64 * 1_024;

/** Room for records that are larger than the average, and for the batch that is cut off at the end. */
const MARGIN = 1.1;

/**
 * How much to ask for, so that the last fetch of a range brings little of what lies behind it: under a backlog the next
 * batch would read that again. Learns per partition, because topics are read for days.
 */
export class FetchSizes {
  readonly #maxBytes: number;
  readonly #bytesPerOffset = new Map<number, number>();
  /** Of the partition that was read last: a guess at those that were not read yet. */
  #lastBytesPerOffset: number | null = null;
  #largestAnswer = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The bound of what a fetch of so many offsets brings. */
  forOffsets(partition: number, offsets: number): number {
    const bytesPerOffset = this.#bytesPerOffset.get(partition) ?? this.#lastBytesPerOffset;
    if (bytesPerOffset === null) return this.#maxBytes;
    const wanted = Math.ceil(offsets * bytesPerOffset * MARGIN) + MIN_BYTES;
    return Math.min(this.#maxBytes, wanted);
  }

  /** What so many offsets are likely to bring. */
  expected(partition: number, offsets: number): number {
    const known = this.#bytesPerOffset.get(partition) ?? this.#lastBytesPerOffset;
    return Math.min(this.#maxBytes, offsets * (known ?? FIRST_BYTES_PER_RECORD));
  }

  learn(partition: number, seen: { readonly offsets: number; readonly bytes: number }): void {
    if (seen.offsets === 0) return;
    this.#lastBytesPerOffset = seen.bytes / seen.offsets;
    this.#bytesPerOffset.set(partition, this.#lastBytesPerOffset);
  }

  /** What an answer may come to that was asked for with such a bound: large batches come whole. */
  answerBytes(maxBytes: number): number {
    return Math.max(maxBytes, this.#largestAnswer);
  }

  /** Large batches that come no more are forgotten by and by. */
  learnAnswer(bytes: number): void {
    this.#largestAnswer = Math.max(bytes, this.#largestAnswer / 2);
  }
}
