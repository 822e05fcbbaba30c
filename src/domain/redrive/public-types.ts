import type { Instant, OffsetRange } from '../records/offset-range.js';
import type {
  DeadLetterCounts,
  DeadLetterReason,
  DeadLetterStage,
} from '../dead-letters/dead-letter.js';

/** Input and report of `redrive`. Released names and shapes change only with the major version. */

/** The argument of `redrive`: which open dead letters to process, and how. Without any choice, it processes all of them. */
export interface RedriveInput {
  /** The contract that rejected the records, `stream_events` by default. Its current version judges them again. */
  readonly contract?: string | undefined;
  readonly topic?: string | undefined;
  /** The table of events: `table` or `database.table`. */
  readonly table?: string | undefined;
  /**
   * `redrive` judges records again and inserts those that are valid now. `drop` records the decision that they will not
   * become rows.
   */
  readonly action?: 'redrive' | 'drop' | undefined;
  /** Only reports what would happen. True unless it is set to `false`. */
  readonly dryRun?: boolean | undefined;
  /** Only dead letters with one of these reasons. */
  readonly reasons?: readonly DeadLetterReason[] | undefined;
  /** Only dead letters of these stages. `skip` is excluded, because the records of skipped ranges are not in this table. */
  readonly stages?: readonly Exclude<DeadLetterStage, 'skip'>[] | undefined;
  /** Only dead letters of these partitions. */
  readonly partitions?: readonly number[] | undefined;
  /** Only dead letters of these ranges. Can't be combined with `partitions`. */
  readonly ranges?: readonly OffsetRange[] | undefined;
  /** Only records whose Kafka timestamp is at or after this time. */
  readonly since?: Instant | undefined;
  /** Only records whose Kafka timestamp is before this time. */
  readonly until?: Instant | undefined;
}

/** What `redrive` returns, and the answer of its query `status` while it works. A dry run reports what would happen. */
export interface RedriveReport {
  readonly state: 'starting' | 'waiting' | 'working' | 'completed' | 'stopped';
  readonly action: 'redrive' | 'drop';
  readonly dryRun: boolean;
  readonly topic: string;
  readonly table: string;
  /** Number of open dead letters that matched the choice at the start. */
  readonly chosen: number;
  /** Number of dead letters that were processed. */
  readonly letters: number;
  /** Dead letters that became rows. `redrivenByReason` counts them by the reason of their rejection. */
  readonly redriven: number;
  readonly redrivenByReason: DeadLetterCounts;
  /** Redriven dead letters whose rows were in the table before. */
  readonly alreadyThere: number;
  /** Dead letters that stay open. `rejectedByReason` counts them by the current reason. */
  readonly rejected: number;
  readonly rejectedByReason: DeadLetterCounts;
  /** Dead letters that stay open because the transform filters them. */
  readonly filtered: number;
  readonly dropped: number;
  /** Open dead letters that other contracts rejected, by contract. They are not processed. */
  readonly otherContracts: Readonly<Record<string, number>>;
  /** Further explanations of the numbers, in sentences. */
  readonly notes: readonly string[];
}
