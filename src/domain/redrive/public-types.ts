import type { Instant, OffsetRange } from '../records/offset-range.js';
import type {
  DeadLetterCounts,
  DeadLetterReason,
  DeadLetterStage,
} from '../dead-letters/dead-letter.js';

/** What a user of `redrive` can send and read. Released names and shapes change only with the major version. */

/** The one argument of `redrive`: which open dead letters, and what becomes of them. Without any choice it is all of them. */
export interface RedriveInput {
  /** The dead letters of which contract, judged by that contract as it is today: `stream_events` unless given. */
  readonly contract?: string | undefined;
  readonly topic?: string | undefined;
  /** The table of events: `table` or `database.table`. */
  readonly table?: string | undefined;
  /** `redrive` judges records again and inserts what is an event today; `drop` records the decision that they stay no rows. */
  readonly action?: 'redrive' | 'drop' | undefined;
  /** Only says what would become of them; unless it is `false`. */
  readonly dryRun?: boolean | undefined;
  /** Dead letters with one of these reasons. */
  readonly reasons?: readonly DeadLetterReason[] | undefined;
  /** All but `skip`: ranges skipped by a decision have no records here. */
  readonly stages?: readonly Exclude<DeadLetterStage, 'skip'>[] | undefined;
  /** Dead letters of these partitions. */
  readonly partitions?: readonly number[] | undefined;
  /** Instead of `partitions`. */
  readonly ranges?: readonly OffsetRange[] | undefined;
  /** Records whose Kafka timestamp is at or after this one. */
  readonly since?: Instant | undefined;
  /** Records whose Kafka timestamp is before this one. */
  readonly until?: Instant | undefined;
}

/** What `redrive` returns, and the answer of its query `status` while it works. In a dry run: what would be. */
export interface RedriveReport {
  readonly state: 'starting' | 'waiting' | 'working' | 'completed' | 'stopped';
  readonly action: 'redrive' | 'drop';
  readonly dryRun: boolean;
  readonly topic: string;
  readonly table: string;
  /** Open dead letters of the choice when it began. */
  readonly chosen: number;
  /** Those that were gone through. */
  readonly letters: number;
  /** Became rows, by the reason that they had been set aside for. */
  readonly redriven: number;
  readonly redrivenByReason: DeadLetterCounts;
  /** Those of the redriven whose rows were there before. */
  readonly alreadyThere: number;
  /** Stay open, by the reason of today. */
  readonly rejected: number;
  readonly rejectedByReason: DeadLetterCounts;
  /** Stay open because the transform leaves them out. */
  readonly filtered: number;
  readonly dropped: number;
  /** Open dead letters by the other contracts that rejected them: they are left alone. */
  readonly otherContracts: Readonly<Record<string, number>>;
  /** What the numbers can't say. */
  readonly notes: readonly string[];
}
