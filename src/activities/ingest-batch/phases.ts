import type { BatchPhases } from '../../domain/pipeline/batch-plan.js';

type Phase = Exclude<keyof BatchPhases, 'totalMs'>;

/** Adds up where the time of one attempt goes. */
export interface Phases {
  during<T>(phase: Phase, work: () => Promise<T>): Promise<T>;
  add(phase: Phase, durationMs: number): void;
  result(): BatchPhases;
}

export function createPhases(): Phases {
  const startedMs = performance.now();
  const spent: Record<Phase, number> = {
    waitMs: 0,
    fetchMs: 0,
    decodeMs: 0,
    insertMs: 0,
    commitMs: 0,
  };
  return {
    async during(phase, work) {
      const sinceMs = performance.now();
      try {
        return await work();
      } finally {
        spent[phase] += performance.now() - sinceMs;
      }
    },
    add(phase, durationMs) {
      spent[phase] += durationMs;
    },
    result() {
      const { waitMs, fetchMs, decodeMs, insertMs, commitMs } = spent;
      return {
        waitMs: Math.round(waitMs),
        fetchMs: Math.round(fetchMs),
        decodeMs: Math.round(decodeMs),
        insertMs: Math.round(insertMs),
        commitMs: Math.round(commitMs),
        totalMs: Math.round(performance.now() - startedMs),
      };
    },
  };
}
