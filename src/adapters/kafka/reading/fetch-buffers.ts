import { Buffer } from 'node:buffer';

/** Smaller answers are left to the garbage collector. */
const MIN_POOLED_BYTES = 256 * 1_024;

/** Room for the rest of an answer: headers, and the aborted transactions. */
const BESIDE_RECORDS_BYTES = 64 * 1_024;

/** Buffers of the full size that are kept while nobody reads. If more reads run at once, new buffers are allocated. */
const MAX_FREE = 8;

/**
 * A pool of memory for the answers to fetches. A buffer that is not given back is left to the garbage collector, so forgetting to
 * give it back only costs time.
 */
export class FetchBuffers {
  /** Descending, each half of the one before: an answer takes less than twice its size. */
  readonly #sizes: readonly number[];
  readonly #free = new Map<number, ArrayBuffer[]>();
  readonly #maxFreeBytes: number;
  #freeBytes = 0;

  constructor(fetchBytes: number) {
    const largest = fetchBytes + BESIDE_RECORDS_BYTES;
    const sizes = [largest];
    for (let size = largest / 2; size >= MIN_POOLED_BYTES; size /= 2) sizes.push(Math.ceil(size));
    this.#sizes = sizes;
    this.#maxFreeBytes = MAX_FREE * largest;
  }

  allocate(size: number): Buffer {
    const bytes =
      size < MIN_POOLED_BYTES ? undefined : this.#sizes.findLast((each) => each >= size);
    if (bytes === undefined) return Buffer.allocUnsafeSlow(size);
    const free = this.#free.get(bytes)?.pop();
    if (free !== undefined) this.#freeBytes -= bytes;
    return Buffer.from(free ?? Buffer.allocUnsafeSlow(bytes).buffer, 0, size);
  }

  /** After this, nothing may read the bytes or any other part of the same answer. */
  giveBack({ buffer }: Buffer): void {
    const { byteLength } = buffer;
    if (!(buffer instanceof ArrayBuffer) || !this.#sizes.includes(byteLength)) return;
    if (this.#freeBytes + byteLength > this.#maxFreeBytes) return;
    this.#freeBytes += byteLength;
    const free = this.#free.get(byteLength);
    if (free === undefined) this.#free.set(byteLength, [buffer]);
    else free.push(buffer);
  }
}

/** The memory of one answer, which slices of several partitions share. It is free once all of them have been given back. */
export class AnswerMemory {
  readonly #onFree: () => void;
  #lent = 0;

  constructor(onFree: () => void) {
    this.#onFree = onFree;
  }

  lend(): void {
    this.#lent += 1;
  }

  giveBack(): void {
    this.#lent -= 1;
    if (this.#lent === 0) this.#onFree();
  }
}
