import type { TokenOwner } from '../blocks/token.js';
import { type TableName, writtenName } from '../table/table-name.js';
import type { LetterChoice, LetterKey, LetterWindow } from './open-letters.js';
import type { DeadLetterCounts } from '../dead-letters/dead-letter.js';

/** What to do with which dead letters, determined once at the start. */
export interface RedrivePlan {
  readonly topic: string;
  readonly table: TableName;
  /** Name of the contract that judges the records. Missing for `stream_events`. */
  readonly contract?: string | undefined;
  readonly action: 'redrive' | 'drop';
  readonly dryRun: boolean;
  readonly choice: LetterChoice;
  /** Chosen open dead letters, by reason. */
  readonly open: DeadLetterCounts;
  /** Open dead letters of other contracts, which are not processed. Missing in plans of earlier releases. */
  readonly otherContracts?: Readonly<Record<string, number>> | undefined;
  readonly notes: readonly string[];
  /** Insert columns of the table at the start. Missing in plans of earlier releases. */
  readonly columns?: readonly string[] | undefined;
}

/** Dead letters that are processed together. The history contains the window before anything is done about it. */
export interface PlannedWindow extends LetterWindow {
  /** Number of the window within its run, counted from 1. */
  readonly number: number;
  /** Number of open dead letters. */
  readonly letters: number;
  /** Bytes of their values. */
  readonly bytes: number;
  /** Dead letters of the window that had been closed before. */
  readonly redrivenBefore: DeadLetterCounts;
  readonly droppedBefore: DeadLetterCounts;
}

/** Input of the activity that finds the next window. */
export interface FindLetters {
  readonly plan: RedrivePlan;
  readonly after: LetterKey | null;
  readonly number: number;
}

/** Input of the activity that processes a window. */
export interface RedriveLetters {
  readonly plan: RedrivePlan;
  readonly window: PlannedWindow;
}

export interface RedriveOutcome {
  readonly redriven: DeadLetterCounts;
  readonly alreadyThere: number;
  readonly rejected: DeadLetterCounts;
  readonly filtered: number;
  readonly dropped: DeadLetterCounts;
}

/**
 * The id under which dead letters of a table are closed. While one is at work, it holds a workflow with this id, and its
 * inserts carry the id. Frozen, because two releases must not close dead letters at the same time.
 */
export function turnId({ table }: Pick<RedrivePlan, 'table'>): string {
  return `millrace-redrive/${writtenName(table)}`;
}

/**
 * Owner of the tokens of redriven rows. It does not depend on the run, so that the same dead letters get the same token
 * whoever inserts them. Frozen, like the token itself.
 */
export function redriveOwner({ topic, table }: Pick<RedrivePlan, 'topic' | 'table'>): TokenOwner {
  return { pipelineId: `redrive ${topic}`, table };
}
