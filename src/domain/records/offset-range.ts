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
  /** Raised whenever a decision moves the cursor back, for example when the topic was made again. */
  readonly epoch: number;
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
}

/** Offsets `[first, end)` of one partition, whatever their epoch. */
export type AnyEpoch = Omit<OffsetSpan, 'epoch'>;
