import type { LeaderEpochs } from '../log/leader-epochs.js';

/** A Kafka offset as a decimal string, because JSON has no 64-bit integer. */
export type Offset = string;

/** ISO 8601 in UTC, for example `2026-11-23T07:00:00.000Z`. */
export type Instant = string;

/** Offsets `[first, end)` of one partition. */
export interface OffsetRange {
  readonly partition: number;
  readonly first: Offset;
  /** Exclusive. */
  readonly end: Offset;
}

/** Offsets `[first, end)` of one partition in one epoch, as numbers: the form used inside activities. */
export interface OffsetSpan {
  readonly partition: number;
  /** Increases whenever a decision moves the cursor back, for example because the topic was recreated. */
  readonly epoch: number;
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
}

/** Offsets `[first, end)` of one partition in any epoch. */
export type AnyEpoch = Omit<OffsetSpan, 'epoch'>;

/** A planned range. Its epoch is part of the identity of its rows. */
export interface PlannedRange extends OffsetRange {
  readonly epoch: number;
  /** Leader epochs of the records read before `first`. Left out if nothing is known. */
  readonly leaderEpochs?: LeaderEpochs | undefined;
  /** Epoch of the leader whose log reached `end` when the range was planned. Left out if it is not known. */
  readonly endLeaderEpoch?: number | undefined;
}

export interface LoneRecord {
  readonly partition: number;
  readonly offset: number;
}

/** Extent of one partition of a log in one epoch: from the first to the last offset in a table or among its dead letters. */
export interface EpochExtent extends OffsetSpan {
  /** Id of the log as rows store it. Empty if they don't say. */
  readonly topicId: string;
  /** Number of rows or dead letters. */
  readonly count: number;
}

/** The record behind row number `row` of a block, counted from 0. Null if the block has no such row. */
export function offsetAt(spans: readonly OffsetSpan[], row: number): LoneRecord | null {
  let left = row;
  for (const { partition, first, end } of spans) {
    if (left < end - first) return { partition, offset: first + left };
    left -= end - first;
  }
  return null;
}

/**
 * One span per partition and epoch, from its first to its last offset. They keep a query short however many holes the spans
 * have. The caller has to ignore offsets that lie between spans.
 */
export function spanBounds(spans: readonly OffsetSpan[]): readonly OffsetSpan[] {
  const bounds = new Map<string, OffsetSpan>();
  for (const span of spans) {
    const key = `${span.partition}/${span.epoch}`;
    const known = bounds.get(key) ?? span;
    const first = Math.min(known.first, span.first);
    bounds.set(key, { ...known, first, end: Math.max(known.end, span.end) });
  }
  return [...bounds.values()];
}

/** What remains of a range after these parts of it have been filled, as separate ranges. */
export function unfilled(range: OffsetSpan, filled: readonly OffsetSpan[]): readonly OffsetSpan[] {
  const { partition, epoch } = range;
  const parts = filled
    .filter((part) => part.partition === partition && part.epoch === epoch)
    .filter((part) => part.first < range.end && part.end > range.first)
    .sort((a, b) => a.first - b.first);
  const left: OffsetSpan[] = [];
  let first = range.first;
  for (const part of parts) {
    if (part.first > first) left.push({ partition, epoch, first, end: part.first });
    first = Math.max(first, part.end);
  }
  if (first < range.end) left.push({ partition, epoch, first, end: range.end });
  return left;
}
