/** Of the longest answer, what is still expected after one that came sooner. */
const FADING = 0.75;

/**
 * How long to wait for a broker before it counts as silent: the least, or twice what its answers took lately. With a fixed
 * bound a broker that is merely slow would count as silent for ever, and its partitions would never be read.
 */
export class Patience {
  readonly #leastMs: number;
  readonly #mostMs: number;
  /** By broker. */
  readonly #expectedMs = new Map<string, number>();

  constructor(leastMs: number, mostMs: number) {
    this.#leastMs = leastMs;
    this.#mostMs = Math.max(leastMs, mostMs);
  }

  answered(broker: string, tookMs: number): void {
    const expected = (this.#expectedMs.get(broker) ?? 0) * FADING;
    this.#expectedMs.set(broker, Math.max(tookMs, expected));
  }

  /** In milliseconds. */
  for(broker: string): number {
    const expected = 2 * (this.#expectedMs.get(broker) ?? 0);
    return Math.min(this.#mostMs, Math.max(this.#leastMs, expected));
  }
}
