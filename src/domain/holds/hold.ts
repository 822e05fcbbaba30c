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

/** Why a partition waits for a decision: `docs/operations.md` says what each means and how to go on. */
export type HoldReason = (typeof HOLD_REASONS)[number];

/** A partition that waits until a person decides; the rest of its lane goes on. */
export interface Hold {
  readonly partition: number;
  readonly reason: HoldReason;
  readonly since: Instant;
  /** What happened and what it means, in a sentence or two. */
  readonly detail: string;
  /** The range that waits. */
  readonly range: OffsetRange;
  /** For `DataLost`, `TopicRewound` and `TableReplaced`: the first offset that can still be read; for `BatchTooLarge`: the one behind the batch. */
  readonly firstAvailable?: Offset | undefined;
  /** For `TopicRewound`, where the topic is still the same one: where its log ends. */
  readonly logEnd?: Offset | undefined;
  /** For `TopicRewound`, where leader epochs show it: from here on the log holds other records than were read. */
  readonly divergedAt?: Offset | undefined;
  /** For `TableRefuses`: the view behind the table that refuses. */
  readonly view?: string | undefined;
}

/** What a reason means. Each has a file in this folder, with the sentences that tell a person what happened. */
export interface HoldKind {
  /** What happened, in Markdown, for the documentation. */
  readonly meaning: string;
  /** The usual answer first. */
  readonly choices: readonly Choice[];
  /** Choices of a hold that is not the usual case of its reason; null where it is. */
  readonly choicesFor?: (hold: Hold) => readonly Choice[] | null;
  /** What else the documentation says about the answers, in Markdown. */
  readonly more?: string;
}

/** An answer to a hold. */
export interface Choice {
  readonly action: 'retry' | 'skipTo' | 'continue';
  /** What a person says by it. */
  readonly meaning: string;
}
