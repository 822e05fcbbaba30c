import type { AbortedTransaction } from '../protocol/fetch.js';

/** Knows, while batches pass in offset order, whose transaction is going to be aborted. */
export class AbortedProducers {
  /** By first offset. The broker's list is not: its index is in the order of the ends of transactions. */
  readonly #ahead: readonly AbortedTransaction[];
  readonly #active = new Set<bigint>();
  #next = 0;

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#ahead = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  }

  /** Every transaction that begins up to here, not one at a time: several may begin before one ends. */
  advance(offset: number): void {
    for (;;) {
      const next = this.#ahead[this.#next];
      if (next === undefined || next.firstOffset > offset) return;
      this.#active.add(next.producerId);
      this.#next += 1;
    }
  }

  has(producerId: bigint): boolean {
    return this.#active.has(producerId);
  }

  end(producerId: bigint): void {
    this.#active.delete(producerId);
  }
}
