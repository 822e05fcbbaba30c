import { FIRST_BYTES_PER_RECORD } from '../../../domain/limits.js';

/** A smaller fetch would only bring a handful of records. */
const MIN_BYTES = 64 * 1_024;

/** Room for records that are larger than the average, and for the incomplete batch at the end. */
const MARGIN = 1.1;

/**
 * Chooses the sizes of fetches, so that the last fetch of a range brings little beyond its end: with a backlog, the next batch
 * would read that again. Learns per partition, because topics are read for days.
 */
export class FetchSizes {
  readonly #maxBytes: number;
  readonly #bytesPerOffset = new Map<number, number>();
  /** Size of the partition that was read last: an estimate for those that were not read yet. */
  #lastBytesPerOffset: number | null = null;
  #largestAnswer = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The limit for a fetch of `offsets` offsets, in bytes. */
  forOffsets(partition: number, offsets: number): number {
    const bytesPerOffset = this.#bytesPerOffset.get(partition) ?? this.#lastBytesPerOffset;
    if (bytesPerOffset === null) return this.#maxBytes;
    const wanted = Math.ceil(offsets * bytesPerOffset * MARGIN) + MIN_BYTES;
    return Math.min(this.#maxBytes, wanted);
  }

  /** The likely size of `offsets` offsets, in bytes. */
  expected(partition: number, offsets: number): number {
    const known = this.#bytesPerOffset.get(partition) ?? this.#lastBytesPerOffset;
    return Math.min(this.#maxBytes, offsets * (known ?? FIRST_BYTES_PER_RECORD));
  }

  learn(partition: number, seen: { readonly offsets: number; readonly bytes: number }): void {
    if (seen.offsets === 0) return;
    this.#lastBytesPerOffset = seen.bytes / seen.offsets;
    this.#bytesPerOffset.set(partition, this.#lastBytesPerOffset);
  }

  /** How large an answer may become despite the limit `maxBytes`: large batches come whole. */
  answerBytes(maxBytes: number): number {
    return Math.max(maxBytes, this.#largestAnswer);
  }

  /** Gradually forgets large batches once they no longer come. */
  learnAnswer(bytes: number): void {
    this.#largestAnswer = Math.max(bytes, this.#largestAnswer / 2);
  }
}
