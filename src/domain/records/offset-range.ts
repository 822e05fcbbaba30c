/** Offsets `[first, end)` of one partition in one epoch, as numbers: the form used inside activities. */
export interface OffsetSpan {
  readonly partition: number;
  /** Raised whenever a decision moves the cursor back, for example when the topic was made again. */
  readonly epoch: number;
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
}
