import type { FetchedRecords } from '../../domain/ports/record-source.js';
import { mebibytes } from '../../domain/readable-units.js';
import type { MemoryBudget } from './memory-budget.js';

/** Memory of one attempt that reads a topic: what it took at its start, and what large record batches take on top. */
export interface ReadMemory {
  /**
   * Expands fetched records within the budget. Returns a function that gives their memory back. Throws `BatchTooLarge`, and
   * `MemoryShort` if the memory is not free: the next attempt waits for it at its start.
   */
  open(fetched: FetchedRecords): Promise<() => void>;
  release(): void;
}

/** Gives memory to attempts, and remembers which topics have large record batches. */
export interface ReadMemories {
  take(topic: string, bytes: number, signal: AbortSignal): Promise<ReadMemory>;
}

/** Other batches hold the memory that a large record batch needs. */
export class MemoryShort extends Error {
  override readonly name = 'MemoryShort';

  constructor(bytes: number) {
    super(
      `reading a large record batch needs ${mebibytes(bytes)} of memory, but other batches of this worker use it: the next attempt waits until it is free. If this happens often, raise MILLRACE_MEMORY_MIB or use fewer lanes`,
    );
  }
}

/** Smaller amounts are forgotten. */
const REMEMBERED_BYTES_MIN = 1_024 * 1_024;

const nothing = () => undefined;

export function createReadMemories(budget: MemoryBudget): ReadMemories {
  /** By topic: bytes that its large batches took recently. Halves with each attempt that needs less. */
  const needed = new Map<string, number>();
  const remember = (topic: string, bytes: number) => {
    if (bytes < REMEMBERED_BYTES_MIN) needed.delete(topic);
    else needed.set(topic, bytes);
  };
  return {
    async take(topic, bytes, signal) {
      const allowed = needed.get(topic) ?? 0;
      const release = await budget.take(topic, bytes + allowed, signal);
      let used = 0;
      return {
        async open(fetched) {
          const { extraBytes } = fetched;
          used = Math.max(used, extraBytes);
          const more =
            extraBytes <= allowed ? nothing : budget.tryTake(topic, extraBytes - allowed);
          if (more === null) {
            remember(topic, extraBytes);
            throw new MemoryShort(extraBytes);
          }
          try {
            await fetched.open();
            return more;
          } catch (error) {
            more();
            throw error;
          }
        },
        release() {
          release();
          if ((needed.get(topic) ?? 0) <= allowed) remember(topic, Math.max(used, allowed / 2));
        },
      };
    },
  };
}
