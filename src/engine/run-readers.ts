import type { RunReader, RunReaders } from '../domain/formats/run-reader.js';
import { columnPlansOf } from './column-plan.js';
import type { EngineModule } from './engine-module.js';
import { createEngineReader } from './engine-reader.js';

/** Contracts whose readers are kept: more are in use at once on no worker that we know of, and each has a memory. */
const MAX_KEPT = 8;

/** The engine's readers, one for each contract, kept from batch to batch. */
export function createRunReaders(engine: EngineModule): RunReaders {
  const kept = new Map<string, RunReader | null>();
  return (contract) => {
    const key = `${contract.spec.name} ${contract.hash}`;
    const found = kept.get(key);
    // The one that was used longest ago goes first.
    kept.delete(key);
    const plans = found === undefined ? columnPlansOf(contract) : null;
    const reader = found === undefined ? plans && createEngineReader(plans, engine) : found;
    kept.set(key, reader);
    const [oldest] = kept.keys();
    if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    return reader;
  };
}
