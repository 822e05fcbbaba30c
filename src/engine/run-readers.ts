import type { Contract } from '../domain/contract/define-contract.js';
import type { RunReaders } from '../domain/formats/run-reader.js';
import { ENGINE_READER_UNUSED_MS } from '../domain/limits.js';
import { type ColumnPlan, columnPlansOf } from './column-plan.js';
import type { EngineModule } from './engine-module.js';
import { createEngineReader, type EngineReader, fittingBounds } from './engine-reader.js';

export interface RunReadersOptions {
  /** Most bytes that all readers may hold. Unlimited by default. */
  readonly memoryBytes?: number;
  /** Called once for each contract that the engine knows but has no memory for. */
  readonly onNoRoom?: (contract: string) => void;
  /** A monotonic clock in milliseconds. The system's by default. */
  readonly now?: () => number;
}

interface Kept {
  /** Null if the engine can't read the contract. */
  readonly plans: readonly ColumnPlan[] | null;
  reader: EngineReader | null;
  askedAt: number;
}

/**
 * The engine's readers, one for each contract, which are kept from batch to batch. The engine is loaded once, for the first
 * contract that it can read. If `load` returns null, all readers are null. All readers that are kept or in use hold at most
 * `memoryBytes`. A reader that does not fit makes smaller calls. If it still does not fit, it is not created, and the next
 * batch tries again. Readers that no attempt can still use are dropped.
 */
export function createRunReaders(
  load: () => EngineModule | null,
  {
    memoryBytes = Infinity,
    onNoRoom = () => undefined,
    now = () => performance.now(),
  }: RunReadersOptions = {},
): RunReaders {
  const kept = new Map<string, Kept>();
  const told = new Set<string>();
  let engine: EngineModule | null | undefined;
  const dropUnused = () => {
    for (const [key, { askedAt }] of kept) {
      if (now() - askedAt > ENGINE_READER_UNUSED_MS) kept.delete(key);
    }
  };
  const freeBytes = () => {
    let free = memoryBytes;
    for (const { reader } of kept.values()) free -= reader?.memoryBytes ?? 0;
    return free;
  };
  return (contract) => {
    const { name } = contract.spec;
    const key = `${name} ${contract.hash}`;
    dropUnused();
    const own = kept.get(key) ?? { plans: columnPlansOf(contract), reader: null, askedAt: 0 };
    kept.set(key, own);
    own.askedAt = now();
    if (own.plans === null || own.reader !== null) return own.reader;
    if (engine === undefined) engine = load();
    if (engine === null) return null;
    own.reader = createEngineReader(own.plans, engine, freeBytes());
    if (own.reader === null && !told.has(name)) {
      told.add(name);
      onNoRoom(name);
    }
    return own.reader;
  };
}

/** Names of the contracts that do not fit this many bytes, if they are read for the first time in this order. */
export function contractsWithoutRoom(
  contracts: readonly Contract[],
  { heapBase }: Pick<EngineModule, 'heapBase'>,
  memoryBytes: number,
): readonly string[] {
  let free = memoryBytes;
  return contracts
    .filter((contract) => {
      const plans = columnPlansOf(contract);
      if (plans === null) return false;
      const fitting = fittingBounds(plans, heapBase, free);
      free -= fitting?.memoryBytes ?? 0;
      return fitting === null;
    })
    .map(({ spec }) => spec.name);
}
