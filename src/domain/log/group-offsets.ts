export interface CommittedOffset {
  readonly partition: number;
  /** Null if the group has none. */
  readonly offset: number | null;
  readonly metadata: string;
  /** Leader epoch of the last record before the offset. Left out if it was not committed. */
  readonly leaderEpoch?: number | undefined;
}

export interface OffsetToCommit {
  readonly partition: number;
  readonly offset: number;
  /** Leader epoch of the last record before the offset, if it is known. */
  readonly leaderEpoch?: number | undefined;
}

export type CommittedSoon =
  | { readonly kind: 'known'; readonly offsets: readonly CommittedOffset[] }
  /** `why` is for people. */
  | { readonly kind: 'unknown'; readonly why: string };

/** The group's offsets in Kafka. They only mirror the cursors, for tools that show lag. */
export interface GroupOffsets {
  committed(groupId: string, topic: string): Promise<readonly CommittedOffset[]>;
  /** The same for callers that can do without: waits for the coordinator once, for at most a second. */
  committedSoon(groupId: string, topic: string): Promise<CommittedSoon>;
  /** `refused` if a live consumer owns the group. */
  commit(
    groupId: string,
    topic: string,
    offsets: readonly OffsetToCommit[],
    metadata: string,
    /** Cancels the commit. Kafka may have accepted it anyway. */
    signal?: AbortSignal,
  ): Promise<{ readonly kind: 'committed' } | { readonly kind: 'refused'; readonly why: string }>;
}
