// Promise: the engine's readers and the batches of a worker together hold no more than MILLRACE_MEMORY_MIB: readers stay within
// their eighth, whatever the contracts, and a contract without memory is read by the reference reader and reported once. The
// engine is loaded once, when the first contract needs it.
import { expect, test } from 'vitest';
import { defineContract } from '../../../src/domain/contract/define-contract.js';
import {
  batchMemoryBytes,
  ENGINE_READER_UNUSED_MS,
  engineMemoryBytes,
  largestBatchBytes,
  memoryBytesFor,
} from '../../../src/domain/limits.js';
import { EngineReader } from '../../../src/engine/engine-reader.js';
import { contractsWithoutRoom, createRunReaders } from '../../../src/engine/run-readers.js';
import { compiledEngine } from '../../support/engine-cases/compiled-engine.js';

const MIB = 1_024 * 1_024;
const WORKER_BYTES = 64 * MIB;
const ROOM = engineMemoryBytes(WORKER_BYTES);

/** Memories of a few MiB each, and of a few hundred KiB with the smallest calls. */
const CONTRACTS = Array.from({ length: 40 }, (_, index) =>
  defineContract({
    name: `contract_${index}`,
    columns: Object.fromEntries(
      Array.from({ length: 2 + (index % 7) }, (_, column) => [`c${column}`, 'Nullable(String)']),
    ),
  }),
);

test('the memory of a worker is divided completely', () => {
  for (const bytes of [64 * MIB, 256 * MIB, 65_536 * MIB, 1_000_003]) {
    expect(engineMemoryBytes(bytes) + batchMemoryBytes(bytes)).toBe(bytes);
    // Decompression takes up to twice the result.
    expect(2 * largestBatchBytes(bytes)).toBeLessThanOrEqual(batchMemoryBytes(bytes));
  }
  expect(largestBatchBytes(memoryBytesFor(300 * MIB))).toBeGreaterThanOrEqual(300 * MIB);
  expect(largestBatchBytes(memoryBytesFor(300 * MIB) - 8)).toBeLessThan(300 * MIB);
});

test('readers hold no more than their share, and a contract without memory is reported once', () => {
  const told: string[] = [];
  const onNoRoom = (name: string) => told.push(name);
  const readers = createRunReaders(compiledEngine, { memoryBytes: ROOM, onNoRoom });
  const made = [...CONTRACTS, ...CONTRACTS].map((contract) => readers(contract));
  const unique = new Set(made.filter((reader) => reader instanceof EngineReader));
  const held = [...unique].reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  expect(held).toBeLessThanOrEqual(ROOM);
  expect(held).toBeGreaterThan(ROOM / 2);
  expect(unique.size).toBeGreaterThan(2);
  const refused = CONTRACTS.filter((_, index) => made[index] === null).map(({ spec }) => spec.name);
  expect(refused.length).toBeGreaterThan(0);
  expect(told).toEqual(refused);
  expect(contractsWithoutRoom(CONTRACTS, compiledEngine(), ROOM)).toEqual(refused);
});

test('a reader is kept between batches, and releases its memory when no attempt can use it', () => {
  let time = 0;
  const options = { memoryBytes: ROOM, now: () => time };
  const readers = createRunReaders(compiledEngine, options);
  const first = CONTRACTS.map((contract) => readers(contract));
  const refused = CONTRACTS[first.indexOf(null)]!;
  time = ENGINE_READER_UNUSED_MS;
  expect(readers(CONTRACTS[0]!)).toBe(first[0]);
  expect(readers(refused)).toBeNull();
  time++;
  expect(readers(refused)).not.toBeNull();
  expect(readers(CONTRACTS[0]!)).toBe(first[0]);
});

test('the engine is loaded once, for the first contract that it knows', () => {
  const unknown = defineContract({ name: 'unknown', columns: { a: 'Map(UInt8, String)' } });
  for (const engine of [compiledEngine(), null]) {
    let loads = 0;
    const readers = createRunReaders(() => {
      loads++;
      return engine;
    });
    expect(readers(unknown)).toBeNull();
    expect(loads).toBe(0);
    for (const contract of [CONTRACTS[0]!, CONTRACTS[1]!, CONTRACTS[0]!]) {
      expect(readers(contract) === null).toBe(engine === null);
    }
    expect(loads).toBe(1);
  }
});
