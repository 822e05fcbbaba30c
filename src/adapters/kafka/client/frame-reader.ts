import { Buffer } from 'node:buffer';

/** No answer is larger; what seems so is no answer of Kafka, for example one of a port that speaks TLS or HTTP. */
const MAX_FRAME_BYTES = 1 << 30;

const LENGTH_BYTES = 4;

export interface FrameReaderOptions {
  /** Gives a buffer of exactly so many bytes, of any content. */
  readonly allocate: (size: number) => Buffer;
  readonly onFrame: (frame: Buffer) => void;
}

/**
 * Cuts what a socket receives into answers. Every chunk is copied to its place at once, so that the socket can use its own
 * buffer again: kafkajs keeps the chunks of an answer and joins them, which makes the garbage collector a third of
 * the cost of reading.
 */
export class FrameReader {
  readonly #options: FrameReaderOptions;
  readonly #length = Buffer.alloc(LENGTH_BYTES);
  #lengthBytes = 0;
  #frame: Buffer | null = null;
  #frameBytes = 0;

  constructor(options: FrameReaderOptions) {
    this.#options = options;
  }

  /** Throws where the bytes can't be an answer. */
  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      at = this.#frame === null ? this.#takeLength(chunk, at) : this.#take(this.#frame, chunk, at);
    }
  }

  #takeLength(chunk: Buffer, at: number): number {
    const taken = chunk.copy(this.#length, this.#lengthBytes, at);
    this.#lengthBytes += taken;
    if (this.#lengthBytes === LENGTH_BYTES) {
      const size = this.#length.readUInt32BE();
      if (size > MAX_FRAME_BYTES) throw new RangeError('what answers there is not Kafka');
      this.#frame = this.#options.allocate(size);
      this.#frameBytes = 0;
      this.#lengthBytes = 0;
    }
    return at + taken;
  }

  #take(frame: Buffer, chunk: Buffer, at: number): number {
    const taken = chunk.copy(frame, this.#frameBytes, at);
    this.#frameBytes += taken;
    if (this.#frameBytes === frame.length) {
      this.#frame = null;
      this.#options.onFrame(frame);
    }
    return at + taken;
  }
}
