import type { KafkaLimits } from '../protocol/limits.js';

export type PatienceLimits = Pick<KafkaLimits, 'silentAfterMs' | 'answerTimeoutMs'>;

/** How much of a long answer time remains expected after an answer that came sooner. */
const DECAY = 0.75;

/**
 * How long to wait for a broker before it counts as silent: twice what its recent answers took, at least `silentAfterMs` and at
 * most `answerTimeoutMs`. With a fixed bound, a slow broker would always count as silent, and its partitions would never be read.
 */
export class Patience {
  readonly #minMs: number;
  readonly #maxMs: number;
  /** By broker. */
  readonly #expectedMs = new Map<string, number>();

  constructor({ silentAfterMs, answerTimeoutMs }: PatienceLimits) {
    this.#minMs = silentAfterMs;
    this.#maxMs = Math.max(silentAfterMs, answerTimeoutMs);
  }

  answered(broker: string, tookMs: number): void {
    const expected = (this.#expectedMs.get(broker) ?? 0) * DECAY;
    this.#expectedMs.set(broker, Math.max(tookMs, expected));
  }

  /** In milliseconds. */
  for(broker: string): number {
    const expected = 2 * (this.#expectedMs.get(broker) ?? 0);
    return Math.min(this.#maxMs, Math.max(this.#minMs, expected));
  }
}
