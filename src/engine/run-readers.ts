import type { Contract } from '../domain/contract/define-contract.js';
import type { RunReaders } from '../domain/formats/run-reader.js';
import { ENGINE_READER_UNUSED_MS } from '../domain/limits.js';
import { type ColumnPlan, columnPlansOf } from './column-plan.js';
import type { EngineModule } from './engine-module.js';
import { createEngineReader, type EngineReader, fittingBounds } from './engine-reader.js';

export interface RunReadersOptions {
  /** Bytes that all readers hold at most, without a limit unless given. */
  readonly memoryBytes?: number;
  /** Told once of each contract that the engine knows and has no memory for. */
  readonly onNoRoom?: (contract: string) => void;
  /** Milliseconds that pass, the system's unless given. */
  readonly now?: () => number;
}

interface Kept {
  /** Null where the engine does not know the contract. */
  readonly plans: readonly ColumnPlan[] | null;
  reader: EngineReader | null;
  askedAt: number;
}

/**
 * The engine's readers, one for each contract, kept from batch to batch. The engine is loaded once, for the first contract that it
 * knows; all readers are null where `load` gives null. All that are kept or in use hold at most `memoryBytes`: a reader that does not
 * fit makes smaller calls, and one that does not fit even so is not created, and its next batch asks again. Readers that no attempt
 * can still use are dropped.
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

/** The names of the contracts for which so many bytes have no room, where they are read for the first time in this order. */
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
