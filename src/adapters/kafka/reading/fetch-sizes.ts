/** Less would be a fetch for a handful of records. */
const BYTES_LEAST = 64 * 1_024;

/** Room for records that are larger than the average, and for the batch that is cut off at the end. */
const MARGIN = 1.1;

/**
 * How much to ask for, so that the last fetch of a range brings little of what lies behind it: under a backlog the next
 * batch would read that again. Learns per partition, because topics are read for days.
 */
export class FetchSizes {
  readonly #bytesMost: number;
  readonly #bytesPerOffset = new Map<number, number>();

  constructor(bytesMost: number) {
    this.#bytesMost = bytesMost;
  }

  forOffsets(partition: number, offsets: number): number {
    const bytesPerOffset = this.#bytesPerOffset.get(partition);
    if (bytesPerOffset === undefined) return this.#bytesMost;
    const wanted = Math.ceil(offsets * bytesPerOffset * MARGIN) + BYTES_LEAST;
    return Math.min(this.#bytesMost, wanted);
  }

  learn(partition: number, seen: { readonly offsets: number; readonly bytes: number }): void {
    if (seen.offsets > 0) this.#bytesPerOffset.set(partition, seen.bytes / seen.offsets);
  }
}
