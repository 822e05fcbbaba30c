import type { ProcessName } from './figures.js';

/** The name of threads that have ended, of which only the sum is known. */
export const ENDED_THREADS = 'ended';

interface Kinds {
  /** By the names of threads, as the programs set them. */
  readonly named: readonly (readonly [RegExp, string])[];
  readonly others: string;
}

const KINDS: Readonly<Record<ProcessName, Kinds>> = {
  worker: {
    named: [
      [/^main$/, 'main thread'],
      [/^(tokio|temporal|workflow)/, "Temporal's core"],
    ],
    others: 'garbage collection, compilation and decompression',
  },
  ClickHouse: {
    named: [
      [/^main$/, 'HTTP front'],
      [/^MergeMutate$/, 'merges'],
    ],
    // The front calls the engine from threads of its own, which are named like the program.
    others: 'inserts and queries',
  },
  Kafka: { named: [[/CompilerThre/, 'compilation']], others: 'broker' },
  Temporal: { named: [], others: 'server' },
};

/** What a thread does. */
export function kindOf(process: ProcessName, thread: string): string {
  const { named, others } = KINDS[process];
  return named.find(([pattern]) => pattern.test(thread))?.[1] ?? others;
}
