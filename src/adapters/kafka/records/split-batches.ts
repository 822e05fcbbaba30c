import type { Buffer } from 'node:buffer';
import type { LeaderEpoch, LeaderEpochs } from '../../../domain/log/leader-epochs.js';
import { type BatchHeader, batchAt, corrupt } from './batch-header.js';

export interface SplitBatches {
  /** Whole batches that cover an offset below `end`. */
  readonly batches: readonly BatchHeader[];
  /** Every offset from `first` up to this one is in a batch, or holds no record. */
  readonly next: number;
  /** Epochs of the batches, and of a later batch if that one proves that the offsets before `end` hold no record. */
  readonly leaderEpochs: LeaderEpochs;
  /** Offsets that the bytes cover, to learn how large they are. */
  readonly covered: { readonly offsets: number; readonly bytes: number };
}

/**
 * Finds the batches of a fetch at `first` and verifies them. A batch covers all offsets from its first to its last, and a broker
 * sends every batch that exists. So offsets between two batches, or before one that begins later, hold no record.
 */
export function splitBatches(
  bytes: Buffer,
  range: { readonly first: number; readonly end: number; readonly where: string },
): SplitBatches {
  const { first, end, where } = range;
  const batches: BatchHeader[] = [];
  let next = first;
  let last = -1;
  let at = 0;
  const leaderEpochs: LeaderEpoch[] = [];
  while (at < bytes.length) {
    const batch = batchAt(bytes, at, where);
    if (batch === null) break;
    if (batch.baseOffset <= last) throw corrupt(where, batch.baseOffset, 'it follows a later one');
    const { leaderEpoch, baseOffset } = batch;
    const isCounted = leaderEpoch >= 0 && (baseOffset < end || next < end);
    if (isCounted && leaderEpoch !== leaderEpochs.at(-1)?.[0]) {
      leaderEpochs.push([leaderEpoch, Math.min(end, Math.max(first, baseOffset))]);
    }
    last = batch.lastOffset;
    next = Math.max(next, last + 1);
    at = batch.end;
    if (batch.baseOffset >= end) break;
    batches.push(batch);
  }
  // A broker sends the first batch whole, however large. A part of it does not mean that there are no records.
  if (at === 0 && bytes.length > 0) throw corrupt(where, first, 'its end is missing');
  const covered = { offsets: next - first, bytes: at };
  return { batches, next: Math.min(end, next), leaderEpochs, covered };
}
