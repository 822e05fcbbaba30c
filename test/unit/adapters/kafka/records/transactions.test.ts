// Promise: records of aborted transactions and control records are never returned, all others are, wherever a fetch begins.
// Checked on random interleavings of producers against a model that knows how each transaction ended, and on the cases at which
// other readers are known to fail.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AbortedTransaction } from '../../../../../src/adapters/kafka/protocol/fetch.js';
import { decodeRecords } from '../../../../support/kafka-decode.js';
import {
  type GivenBatch,
  type GivenRecord,
  controlBatch,
  encodeBatch,
} from '../../../../support/kafka-record-sets.js';

interface Log {
  readonly batches: GivenBatch[];
  /** Of aborted transactions. */
  readonly aborted: (AbortedTransaction & { readonly markerOffset: number })[];
  readonly committed: number[];
}

type Step = readonly [producer: number, action: 'write' | 'abort' | 'commit', size: number];

/** Applies steps to a log, as a broker would. Transactions that are open at the end are aborted. */
function play(steps: readonly Step[]): Log {
  const log: Log = { batches: [], aborted: [], committed: [] };
  const open = new Map<number, { firstOffset: number; offsets: number[] }>();
  let offset = 0;
  const close = (producer: number, type: 'abort' | 'commit') => {
    const transaction = open.get(producer);
    if (transaction === undefined) return;
    open.delete(producer);
    const producerId = BigInt(producer);
    log.batches.push(controlBatch({ offset, producerId, type }));
    const { firstOffset, offsets } = transaction;
    if (type === 'commit') log.committed.push(...offsets);
    else log.aborted.push({ producerId, firstOffset, markerOffset: offset });
    offset += 1;
  };
  for (const [producer, action, size] of steps) {
    if (action !== 'write') {
      close(producer, action);
      continue;
    }
    const records = Array.from({ length: size }, (): GivenRecord => ({ offset: offset++ }));
    const offsets = records.map((record) => record.offset);
    // Producer 0 writes outside of transactions.
    if (producer === 0) {
      log.batches.push({ records, producerId: 0n });
      log.committed.push(...offsets);
      continue;
    }
    log.batches.push({ records, producerId: BigInt(producer), isTransactional: true });
    const transaction = open.get(producer) ?? { firstOffset: offsets[0]!, offsets: [] };
    transaction.offsets.push(...offsets);
    open.set(producer, transaction);
  }
  for (const producer of [...open.keys()]) close(producer, 'abort');
  return log;
}

/**
 * The broker's answer to a fetch: batches from the one that contains `first` on, and the aborted transactions in them,
 * ordered by their ends.
 */
function fetchFrom(log: Log, first: number) {
  const batches = log.batches.filter(({ records }) => records.at(-1)!.offset >= first);
  const aborted = log.aborted.filter(({ markerOffset }) => markerOffset >= first);
  return decodeRecords(Buffer.concat(batches.map(encodeBatch)), { first, aborted });
}

test('committed records are read from every offset, however transactions interleave', () => {
  const step = fc.tuple(
    fc.nat(4),
    fc.constantFrom('write' as const, 'write' as const, 'abort' as const, 'commit' as const),
    fc.integer({ min: 1, max: 4 }),
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
      const log = play(steps);
      const length = log.batches.at(-1)?.records.at(-1)?.offset ?? -1;
      for (let first = 0; first <= length; first++) {
        const seen = fetchFrom(log, first).records.map(({ offset }) => offset);
        const wanted = log.committed.filter((offset) => offset >= first).sort((a, b) => a - b);
        expect(seen).toEqual(wanted);
      }
    }),
    { numRuns: 300 },
  );
});

test('two concurrent open transactions are both left out', () => {
  // The broker lists them by their ends, so the one that began later comes first.
  const log = play([
    [1, 'write', 1],
    [2, 'write', 1],
    [2, 'abort', 0],
    [1, 'write', 1],
    [1, 'abort', 0],
    [0, 'write', 1],
  ]);
  expect(log.aborted.map(({ firstOffset }) => firstOffset)).toEqual([1, 0]);
  expect(fetchFrom(log, 0).records.map(({ offset }) => offset)).toEqual([5]);
});

test('a record whose key looks like an abort marker ends no transaction', () => {
  const producerId = 7n;
  const key = Buffer.from([0, 0, 0, 0]);
  const set = [
    { records: [{ offset: 0, key }], producerId, isTransactional: true },
    { records: [{ offset: 1 }], producerId, isTransactional: true },
    controlBatch({ offset: 2, producerId, type: 'abort' }),
  ];
  const aborted = [{ producerId, firstOffset: 0 }];
  expect(decodeRecords(Buffer.concat(set.map(encodeBatch)), { aborted }).records).toEqual([]);
});

test('records of a producer after its abort are read', () => {
  const log = play([
    [1, 'write', 2],
    [1, 'abort', 0],
    [1, 'write', 2],
    [1, 'commit', 0],
  ]);
  expect(fetchFrom(log, 0).records.map(({ offset }) => offset)).toEqual([3, 4]);
});

test('a fetch of only control records moves past them', () => {
  const set = encodeBatch(controlBatch({ offset: 41, producerId: 1n, type: 'commit' }));
  expect(decodeRecords(set, { first: 41 })).toEqual({ records: [], next: 42 });
});
