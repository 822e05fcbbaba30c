import type { RunReaders } from '../../../src/domain/formats/run-reader.js';
import { createRunReaders } from '../../../src/engine/run-readers.js';
import { compiledEngine } from './compiled-engine.js';

export interface CountedReaders {
  readonly runReaders: RunReaders;
  /** Calls whose rows were appended. */
  appended(): number;
  /** Records that calls have read, counting repeats. */
  taken(): number;
}

/** The engine's readers. Throws for a contract that the engine does not support. */
export function countedReaders(): CountedReaders {
  const engine = createRunReaders(compiledEngine);
  let appended = 0;
  let taken = 0;
  return {
    appended: () => appended,
    taken: () => taken,
    runReaders(contract) {
      const reader = engine(contract);
      if (reader === null) throw new Error('the engine does not know the contract');
      return {
        open: (run) => {
          reader.open(run);
        },
        take(first, end) {
          const count = reader.take(first, end);
          taken += count;
          return count;
        },
        get isInDoubt() {
          return reader.isInDoubt;
        },
        secondsOf: (index) => reader.secondsOf(index),
        append: (rows) => {
          appended++;
          reader.append(rows);
        },
      };
    },
  };
}
