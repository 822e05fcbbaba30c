import type { RunReaders } from '../../../src/domain/formats/run-reader.js';
import { createRunReaders } from '../../../src/engine/run-readers.js';
import { compiledEngine } from './compiled-engine.js';

export interface CountedReaders {
  readonly runReaders: RunReaders;
  /** Calls whose rows were appended. */
  appended(): number;
}

/** The engine's readers. Throws for a contract that the engine does not know. */
export function countedReaders(): CountedReaders {
  const engine = createRunReaders(compiledEngine);
  let appended = 0;
  return {
    appended: () => appended,
    runReaders(contract) {
      const reader = engine(contract);
      if (reader === null) throw new Error('the engine does not know the contract');
      return {
        open: (run) => {
          reader.open(run);
        },
        take: (first, end) => reader.take(first, end),
        secondsOf: (index) => reader.secondsOf(index),
        append: (rows) => {
          appended++;
          reader.append(rows);
        },
      };
    },
  };
}
