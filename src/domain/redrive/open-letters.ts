import type { Buffer } from 'node:buffer';
import type { RecordHeader } from '../records/record-run.js';
import type { TableName } from '../table/table-name.js';
import type { AnyEpoch } from '../records/offset-range.js';
import type {
  DeadLetterCounts,
  DeadLetterReason,
  DeadLetterStage,
} from '../dead-letters/dead-letter.js';

/** Names one dead letter of a topic, in the order of these fields. */
export interface LetterKey {
  readonly epoch: number;
  readonly partition: number;
  readonly offset: number;
}

/** Which dead letters are meant; null: whatever. Ranges that were skipped by a decision never are. */
export interface LetterChoice {
  readonly reasons: readonly DeadLetterReason[] | null;
  readonly stages: readonly DeadLetterStage[] | null;
  readonly ranges: readonly AnyEpoch[] | null;
  /** By the record's timestamp, in milliseconds since 1970. */
  readonly sinceMs: number | null;
  /** Exclusive. */
  readonly untilMs: number | null;
}

/** The letters behind one key, up to another one. */
export interface LetterWindow {
  /** Null: from the first one on. */
  readonly after: LetterKey | null;
  readonly upTo: LetterKey;
}

/** An open letter, and what it says; the bytes of its key and its value lie beside it. */
export interface OpenLetter extends LetterKey {
  /** The log that it is of; empty where the table does not say. */
  readonly topicId: string;
  readonly stage: DeadLetterStage;
  readonly reason: DeadLetterReason;
  readonly path: string;
  readonly error: string;
  /** Of the record, in milliseconds since 1970. */
  readonly timestampMs: number;
  readonly headers: readonly RecordHeader[];
  /** -1 where the record has no key. */
  readonly keyStart: number;
  /** Exclusive. */
  readonly keyEnd: number;
  /** -1 where the record has no value. */
  readonly valueStart: number;
  /** Exclusive. */
  readonly valueEnd: number;
}

/** What a letter that stays open says from now on. */
export type LetterWord = LetterKey & Pick<OpenLetter, 'stage' | 'reason' | 'path' | 'error'>;

export interface LettersOf {
  /** The table of events. */
  readonly table: TableName;
  readonly topic: string;
  /** Contract that rejected the records, `stream_events` unless given. Letters that name none are of `stream_events`. */
  readonly contract?: string | undefined;
  readonly choice: LetterChoice;
}

/** Open letters of the choice that another contract rejected. */
export interface OtherLetters {
  /** Empty where the letters name none. */
  readonly contract: string;
  readonly letters: number;
}

export interface LetterCounts {
  /** Of the choice, by reason. */
  readonly open: DeadLetterCounts;
  /** Ranges of the topic that are skipped by a decision. */
  readonly skips: number;
  /** Most letters first. */
  readonly others: readonly OtherLetters[];
  /** Whether letters can name their contract; `unfit`: the column of that name is computed, or no text. */
  readonly contractColumn: 'stored' | 'missing' | 'unfit';
}

/** The dead letters that wait, and the words that close them. Nothing is ever deleted: the newest word counts. */
export interface OpenLetters {
  count(letters: LettersOf): Promise<LetterCounts>;
  /** The next open letters, as many as the limits allow and at least one; null where there are none. */
  next(
    letters: LettersOf,
    after: LetterKey | null,
    limits: { readonly letters: number; readonly bytes: number },
  ): Promise<{
    readonly upTo: LetterKey;
    readonly letters: number;
    /** Of their values. */
    readonly bytes: number;
  } | null>;
  /** The open letters of a window, in the order of their keys. */
  read(
    letters: LettersOf,
    window: LetterWindow,
  ): Promise<{ readonly bytes: Buffer; readonly letters: readonly OpenLetter[] }>;
  /** Letters of a window that are closed, by the reason that they had been set aside for. */
  closed(
    letters: LettersOf,
    window: LetterWindow,
  ): Promise<Readonly<Record<'redriven' | 'dropped', DeadLetterCounts>>>;
  /** Closes open ones of these letters; all else of them stays as it is. */
  close(
    letters: Omit<LettersOf, 'choice'>,
    keys: readonly LetterKey[],
    status: 'redriven' | 'dropped',
    signal: AbortSignal,
  ): Promise<void>;
  /** Puts today's reason into letters that stay open. */
  amend(
    letters: Omit<LettersOf, 'choice'>,
    amended: readonly LetterWord[],
    signal: AbortSignal,
  ): Promise<void>;
}
