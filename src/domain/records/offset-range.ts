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
  /** Raised whenever a decision moves the cursor back, for example when the topic was recreated. */
  readonly epoch: number;
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
}

/** Offsets `[first, end)` of one partition, whatever their epoch. */
export type AnyEpoch = Omit<OffsetSpan, 'epoch'>;

/** A range as planned: the epoch belongs to the identity of its rows. */
export interface PlannedRange extends OffsetRange {
  readonly epoch: number;
  /** Of the records that were read before `first`; left out where nothing is known. */
  readonly leaderEpochs?: LeaderEpochs | undefined;
  /** Of the leader whose log reached to `end` when that was planned; left out where it is not known. */
  readonly endLeaderEpoch?: number | undefined;
}

export interface LoneRecord {
  readonly partition: number;
  readonly offset: number;
}

/** From the first to the last offset that a table, or its dead letters, hold of one partition of a log in one epoch. */
export interface EpochExtent extends OffsetSpan {
  /** The log, as rows store it; empty where they don't say. */
  readonly topicId: string;
  /** Rows, or dead letters. */
  readonly count: number;
}

/** The record behind a row of a block, counted from 0; null where the block has no such row. */
export function offsetAt(spans: readonly OffsetSpan[], row: number): LoneRecord | null {
  let left = row;
  for (const { partition, first, end } of spans) {
    if (left < end - first) return { partition, offset: first + left };
    left -= end - first;
  }
  return null;
}

/**
 * From the first to the last offset of each partition, so that a question stays short however many holes the spans have:
 * what lies between and is of none of them is left aside by whoever asked.
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

/** What is left of a range when these parts of it are filled, as ranges of their own. */
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
