export interface CommittedOffset {
  readonly partition: number;
  /** Null where the group has none. */
  readonly offset: number | null;
  readonly metadata: string;
  /** Of the last record before the offset; left out where whoever committed gave none. */
  readonly leaderEpoch?: number | undefined;
}

export interface OffsetToCommit {
  readonly partition: number;
  readonly offset: number;
  /** Of the last record before the offset, where it is known. */
  readonly leaderEpoch?: number | undefined;
}

export type CommittedSoon =
  | { readonly kind: 'known'; readonly offsets: readonly CommittedOffset[] }
  /** `why`: for people. */
  | { readonly kind: 'unknown'; readonly why: string };

/** The group's offsets in Kafka: a mirror for lag tools, never the truth. */
export interface GroupOffsets {
  committed(groupId: string, topic: string): Promise<readonly CommittedOffset[]>;
  /** The same for those who can do without: a second is waited for the coordinator, once, and no longer. */
  committedSoon(groupId: string, topic: string): Promise<CommittedSoon>;
  /** `refused` when a live consumer owns the group. */
  commit(
    groupId: string,
    topic: string,
    offsets: readonly OffsetToCommit[],
    metadata: string,
    /** Gives the commit up. Kafka may have taken it all the same. */
    signal?: AbortSignal,
  ): Promise<{ readonly kind: 'committed' } | { readonly kind: 'refused'; readonly why: string }>;
}
