import type { Buffer } from 'node:buffer';
import type { RecordHeader } from '../records/record-run.js';
import type { TableName } from '../table/table-name.js';
import type { AnyEpoch } from '../records/offset-range.js';
import type {
  DeadLetterCounts,
  DeadLetterReason,
  DeadLetterStage,
} from '../dead-letters/dead-letter.js';

/** Key of a dead letter of a topic. Keys are ordered by these fields. */
export interface LetterKey {
  readonly epoch: number;
  readonly partition: number;
  readonly offset: number;
}

/** Which dead letters are chosen. Null means any. Ranges that were skipped by a decision are never chosen. */
export interface LetterChoice {
  readonly reasons: readonly DeadLetterReason[] | null;
  readonly stages: readonly DeadLetterStage[] | null;
  readonly ranges: readonly AnyEpoch[] | null;
  /** Lower bound of the record's timestamp, in milliseconds since 1970. Inclusive. */
  readonly sinceMs: number | null;
  /** Exclusive. */
  readonly untilMs: number | null;
}

/** The dead letters after one key, up to and including another. */
export interface LetterWindow {
  /** Null: begins at the first one. */
  readonly after: LetterKey | null;
  readonly upTo: LetterKey;
}

/** An open dead letter. The bytes of its key and value are in a separate buffer. */
export interface OpenLetter extends LetterKey {
  /** Id of the log that it belongs to. Empty if the table does not say. */
  readonly topicId: string;
  readonly stage: DeadLetterStage;
  readonly reason: DeadLetterReason;
  readonly path: string;
  readonly error: string;
  /** Timestamp of the record, in milliseconds since 1970. */
  readonly timestampMs: number;
  readonly headers: readonly RecordHeader[];
  /** -1 if the record has no key. */
  readonly keyStart: number;
  /** Exclusive. */
  readonly keyEnd: number;
  /** -1 if the record has no value. */
  readonly valueStart: number;
  /** Exclusive. */
  readonly valueEnd: number;
}

/** Reason of a dead letter that stays open, as it is from now on. */
export type LetterWord = LetterKey & Pick<OpenLetter, 'stage' | 'reason' | 'path' | 'error'>;

export interface LettersOf {
  /** The table of events. */
  readonly table: TableName;
  readonly topic: string;
  /** Contract that rejected the records, `stream_events` by default. Dead letters without a contract count as `stream_events`. */
  readonly contract?: string | undefined;
  readonly choice: LetterChoice;
}

/** Chosen open dead letters that another contract rejected. */
export interface OtherLetters {
  /** Empty if the dead letters name no contract. */
  readonly contract: string;
  readonly letters: number;
}

export interface LetterCounts {
  /** Chosen open dead letters, by reason. */
  readonly open: DeadLetterCounts;
  /** Number of the topic's ranges that are skipped by a decision. */
  readonly skips: number;
  /** Contracts with the most dead letters first. */
  readonly others: readonly OtherLetters[];
  /** Whether dead letters can name their contract. `unfit`: the column of that name is computed or is not text. */
  readonly contractColumn: 'stored' | 'missing' | 'unfit';
}

/** The open dead letters, and the updates that close them. Nothing is ever deleted: the newest version counts. */
export interface OpenLetters {
  count(letters: LettersOf): Promise<LetterCounts>;
  /** The next open dead letters, as many as the limits allow and at least one. Null if there are none. */
  next(
    letters: LettersOf,
    after: LetterKey | null,
    limits: { readonly letters: number; readonly bytes: number },
  ): Promise<{
    readonly upTo: LetterKey;
    readonly letters: number;
    /** Bytes of their values. */
    readonly bytes: number;
  } | null>;
  /** The open dead letters of a window, in the order of their keys. */
  read(
    letters: LettersOf,
    window: LetterWindow,
  ): Promise<{ readonly bytes: Buffer; readonly letters: readonly OpenLetter[] }>;
  /** Number of closed dead letters of a window, by the reason of their rejection. */
  closed(
    letters: LettersOf,
    window: LetterWindow,
  ): Promise<Readonly<Record<'redriven' | 'dropped', DeadLetterCounts>>>;
  /** Closes those of these dead letters that are open. Their other fields stay unchanged. */
  close(
    letters: Omit<LettersOf, 'choice'>,
    keys: readonly LetterKey[],
    status: 'redriven' | 'dropped',
    signal: AbortSignal,
  ): Promise<void>;
  /** Updates the reason of dead letters that stay open. */
  amend(
    letters: Omit<LettersOf, 'choice'>,
    amended: readonly LetterWord[],
    signal: AbortSignal,
  ): Promise<void>;
}
