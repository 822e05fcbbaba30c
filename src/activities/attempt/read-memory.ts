import type { FetchedRecords } from '../../domain/ports/record-source.js';
import { mebibytes } from '../../domain/readable-units.js';
import type { MemoryBudget } from './memory-budget.js';

/** Memory of one attempt that reads a topic: what it took at its start, and what large batches take in between. */
export interface ReadMemory {
  /**
   * Expands what was fetched, within the budget. Returns what gives its memory back. Throws `BatchTooLarge`, and
   * `MemoryShort` where the memory is not free: the next attempt takes it at its start, and waits for it.
   */
  open(fetched: FetchedRecords): Promise<() => void>;
  release(): void;
}

/** Hands memory to attempts, and remembers which topics have large batches. */
export interface ReadMemories {
  take(topic: string, bytes: number, signal: AbortSignal): Promise<ReadMemory>;
}

/** Other batches have the memory that a large record batch needs. */
export class MemoryShort extends Error {
  override readonly name = 'MemoryShort';

  constructor(bytes: number) {
    super(
      `a large record batch takes ${mebibytes(bytes)} while it is read, and other batches of this worker have the memory: the next attempt waits for it. Where this happens often, raise MILLRACE_MEMORY_MIB or use fewer lanes`,
    );
  }
}

/** Less is no longer remembered. */
const REMEMBERED_BYTES_MIN = 1_024 * 1_024;

const nothing = () => undefined;

export function createReadMemories(budget: MemoryBudget): ReadMemories {
  /** By topic: what its large batches took lately. Fades where none come any more. */
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
