import type { Contract } from '../../domain/contract/define-contract.js';
import { testContract, type TestRow } from '../../testing/test-contract.js';
import { readEvent } from './read-event.js';
import type { Sample } from './read-sample.js';
import { type UnfilledColumn, unfilledColumns } from './unfilled-columns.js';
import { type UnseenPath, unseenPaths } from './unseen-paths.js';

/** Dead letters of one kind. */
export interface RejectedKind {
  readonly reason: string;
  /** The field at fault; empty if the whole record is at fault. */
  readonly path: string;
  /** The rule that was broken. */
  readonly error: string;
  readonly count: number;
  /** The partition and offset of the first one. */
  readonly partition: number;
  readonly offset: number;
}

export interface JudgedSample {
  readonly rows: readonly TestRow[];
  readonly filtered: number;
  /** The most frequent first. */
  readonly rejected: readonly RejectedKind[];
  readonly unseen: readonly UnseenPath[];
  readonly unfilled: readonly UnfilledColumn[];
}

/** What a worker with this contract would make of the sample. */
export function judgeSample({ records }: Sample, contract: Contract): JudgedSample {
  const { rows, deadLetters, filtered } = testContract(contract).read(records);
  const kinds = new Map<string, RejectedKind>();
  for (const { record, reason, path, error } of deadLetters) {
    // Ignores array indexes: `items[2].qty` and `items[0].qty` are one kind.
    const key = JSON.stringify([reason, path.replace(/\[\d+\]/g, '[]')]);
    const { partition = -1, offset = -1 } = records[record] ?? {};
    const known = kinds.get(key) ?? { reason, path, error, count: 0, partition, offset };
    kinds.set(key, { ...known, count: known.count + 1 });
  }
  const events = records.map(({ value }) => readEvent(value)).filter((event) => event !== null);
  return {
    rows,
    filtered: filtered.length,
    rejected: [...kinds.values()].toSorted((a, b) => b.count - a.count),
    unseen: unseenPaths(events, contract.spec),
    unfilled: unfilledColumns(events, contract.spec),
  };
}
