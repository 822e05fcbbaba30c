import type { Instant, Offset, OffsetRange } from '../records/offset-range.js';

export const HOLD_REASONS = [
  'DataLost',
  'TopicRewound',
  'TooManyRejections',
  'GroupOwnedElsewhere',
  'TableReplaced',
  'TableChanged',
  'BatchTooLarge',
  'TableRefuses',
] as const;

/** Why a partition is held. `docs/operations.md` explains each reason and how to continue. */
export type HoldReason = (typeof HOLD_REASONS)[number];

/** A partition that waits until a person decides. The other partitions of its lane continue. */
export interface Hold {
  readonly partition: number;
  readonly reason: HoldReason;
  readonly since: Instant;
  /** What happened and what it means, in one or two sentences. */
  readonly detail: string;
  /** The range that waits. */
  readonly range: OffsetRange;
  /**
   * For `DataLost`, `TopicRewound` and `TableReplaced`: the first offset that can still be read. For `BatchTooLarge`: the
   * first offset after the batch.
   */
  readonly firstAvailable?: Offset | undefined;
  /** For `TopicRewound`, if the topic is still the same one: where its log ends. */
  readonly logEnd?: Offset | undefined;
  /**
   * For `TopicRewound`, if leader epochs show it: from this offset on, the log holds other records than the ones that were
   * read.
   */
  readonly divergedAt?: Offset | undefined;
  /** For `TableRefuses`: the view behind the table that refuses the rows. */
  readonly view?: string | undefined;
}

/** What a reason means. Each reason has a file in this folder, with the sentences that explain what happened. */
export interface HoldKind {
  /** What happened, as Markdown for the documentation. */
  readonly meaning: string;
  /** Possible decisions, the usual one first. */
  readonly choices: readonly Choice[];
  /** Choices of a hold that is not the usual case of its reason. Null if it is the usual case. */
  readonly choicesFor?: (hold: Hold) => readonly Choice[] | null;
  /** Further documentation of the choices, as Markdown. */
  readonly more?: string;
}

/** A possible decision about a hold. */
export interface Choice {
  readonly action: 'retry' | 'skipTo' | 'continue';
  /** What a person states by this decision. */
  readonly meaning: string;
}
