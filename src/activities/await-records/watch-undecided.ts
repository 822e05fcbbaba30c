import type { AwaitInput, AwaitResult } from '../../domain/pipeline/await-records.js';
import type { AvailableOffsets } from '../../domain/log/topic-offsets.js';
import type { RecordSource } from '../../domain/ports/record-source.js';

/** Follows, from look to look, which partitions stand still below the end of their log. */
export interface UndecidedWatch {
  saw(topic: AvailableOffsets, atMs: number): void;
  /** Some partition has stood still from one look to a later one: a transaction is open there. */
  isOpen(): boolean;
  /** For the result of the wait, with the producers where the brokers tell them. */
  told(source: Pick<RecordSource, 'openProducers'>): Promise<Pick<AwaitResult, 'undecided'>>;
}

interface Place {
  readonly first: number;
  readonly sinceMs: number;
}

export function watchUndecided({ topic, partitions, watched = [] }: AwaitInput): UndecidedWatch {
  const places = new Map<number, Place>();
  let lookedAtMs = 0;
  const open = () => [...places].filter(([, { sinceMs }]) => sinceMs < lookedAtMs);
  return {
    saw(found, atMs) {
      lookedAtMs = atMs;
      for (const partition of [...partitions, ...watched]) {
        const { end = 0, highWatermark = 0 } = found.partitions.get(partition) ?? {};
        if (end >= highWatermark) places.delete(partition);
        else if (places.get(partition)?.first !== end) {
          places.set(partition, { first: end, sinceMs: atMs });
        }
      }
    },
    isOpen: () => open().length > 0,
    async told(source) {
      const still = open();
      if (still.length === 0) return {};
      const names = still.map(([partition]) => partition);
      const producers = await source.openProducers(topic, names).catch(() => []);
      const undecided = still.map(([partition, { first, sinceMs }]) => {
        const of = producers.find((each) => each.partition === partition);
        const producerId = of?.firstOffset === first ? of.producerId : undefined;
        return { partition, first: String(first), sinceMs, ...(producerId && { producerId }) };
      });
      return { undecided };
    },
  };
}
