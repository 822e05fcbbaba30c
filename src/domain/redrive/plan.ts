import type { TokenOwner } from '../blocks/token.js';
import { type TableName, writtenName } from '../table/table-name.js';
import type { LetterChoice, LetterKey, LetterWindow } from './open-letters.js';
import type { DeadLetterCounts } from '../dead-letters/dead-letter.js';

/** What is to be done with which dead letters, found out once at the start. */
export interface RedrivePlan {
  readonly topic: string;
  readonly table: TableName;
  /** Name of the contract that judges the records; missing for `stream_events`. */
  readonly contract?: string | undefined;
  readonly action: 'redrive' | 'drop';
  readonly dryRun: boolean;
  readonly choice: LetterChoice;
  /** Open letters of the choice, by reason. */
  readonly open: DeadLetterCounts;
  /** Open letters of other contracts, which are left alone; missing in plans of earlier releases. */
  readonly otherContracts?: Readonly<Record<string, number>> | undefined;
  readonly notes: readonly string[];
  /** Insert columns of the table at the start; missing in plans of earlier releases. */
  readonly columns?: readonly string[] | undefined;
}

/** Letters that are gone through together. It stands in the history before anything is done about them. */
export interface PlannedWindow extends LetterWindow {
  /** Counts the windows of a run from 1. */
  readonly number: number;
  /** Open ones. */
  readonly letters: number;
  /** Of their values. */
  readonly bytes: number;
  /** Letters of the window that were closed before. */
  readonly redrivenBefore: DeadLetterCounts;
  readonly droppedBefore: DeadLetterCounts;
}

/** The input of the activity that looks for the next window. */
export interface FindLetters {
  readonly plan: RedrivePlan;
  readonly after: LetterKey | null;
  readonly number: number;
}

/** The input of the activity that goes through a window. */
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
 * The one name under which letters of a table are closed: a workflow of this id is held meanwhile, and inserts carry it.
 * Frozen, because two releases must not close letters side by side.
 */
export function turnId({ table }: Pick<RedrivePlan, 'table'>): string {
  return `millrace-redrive/${writtenName(table)}`;
}

/**
 * Whose the tokens of redriven rows are: not a run's, so that the same letters have the same token whoever inserts them.
 * Frozen, like the token itself.
 */
export function redriveOwner({ topic, table }: Pick<RedrivePlan, 'topic' | 'table'>): TokenOwner {
  return { pipelineId: `redrive ${topic}`, table };
}
