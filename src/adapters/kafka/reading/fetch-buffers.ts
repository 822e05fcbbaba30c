import { Buffer } from 'node:buffer';

/** Smaller answers are left to the garbage collector. */
const POOLED_BYTES_LEAST = 256 * 1_024;

/** What stands in an answer beside the records: headers, and the aborted transactions. */
const BESIDE_RECORDS_BYTES = 64 * 1_024;

/** Buffers kept while nobody reads. Each read has three in use; more reads at once than these make new ones. */
const FREE_MOST = 8;

/**
 * Memory for the answers to fetches, used again. What is not given back is left to the garbage collector, so that forgetting
 * costs time and nothing else.
 */
export class FetchBuffers {
  readonly #bufferBytes: number;
  readonly #free: ArrayBuffer[] = [];

  constructor(fetchBytes: number) {
    this.#bufferBytes = fetchBytes + BESIDE_RECORDS_BYTES;
  }

  allocate(size: number): Buffer {
    if (size < POOLED_BYTES_LEAST || size > this.#bufferBytes) return Buffer.allocUnsafeSlow(size);
    const memory = this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#bufferBytes).buffer;
    return Buffer.from(memory, 0, size);
  }

  /** Nothing may read the bytes, nor any other part of the same answer, after this. */
  giveBack({ buffer }: Buffer): void {
    const isOurs = buffer instanceof ArrayBuffer && buffer.byteLength === this.#bufferBytes;
    if (isOurs && this.#free.length < FREE_MOST) this.#free.push(buffer);
  }
}
