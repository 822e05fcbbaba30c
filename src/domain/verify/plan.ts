import type { PlannedContract } from '../table/planned-contract.js';
import type { LogDecision } from '../log/log.js';
import type { TableName } from '../table/table-name.js';
import type { ContentPlan } from './content-plan.js';
import type { EpochReach } from './epochs.js';
import type { Tally } from './tally.js';

/** What is to be compared, found out once at the start. Offsets are numbers here: Kafka's stay far below 2^53. */
export interface VerifyPlan {
  readonly topic: string;
  /** A topic that was recreated under the name has another one. */
  readonly topicId: string;
  /** Whose rows count. Missing in states that were written before logs were told apart. */
  readonly log?: LogDecision | undefined;
  readonly groupId: string;
  /** Missing for `stream_events`. */
  readonly contract?: PlannedContract | undefined;
  readonly table: TableName;
  readonly hasDeadLetters: boolean;
  /** `counts`: rows carry no lineage, so that only their number can be compared. */
  readonly by: 'offsets' | 'counts';
  /** Missing where only offsets are compared. */
  readonly content?: ContentPlan | undefined;
  /** Every row stays as it was inserted: one that is not there is lost, and was not merged or expired. */
  readonly keepsRows: boolean;
  /** Why the table may lose rows that it has acknowledged. Missing where it keeps them, and in earlier plans. */
  readonly losesRows?: string | undefined;
  /** For `counts`: all rows of the table. */
  readonly tableRows: number;
  readonly rowsBeforeLog: number;
  /** Partitions ascending. */
  readonly partitions: readonly PartitionPlan[];
  /** Whatever comes out, these keep it from being sure. */
  readonly doubts: readonly string[];
  /** Offsets that were to be compared, and lie behind open transactions. Missing in plans made before 0.2. */
  readonly undecided?: number | undefined;
  readonly notes: readonly string[];
}

export interface PartitionPlan {
  readonly partition: number;
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  /** What the group has committed; null where nothing. */
  readonly committed: number | null;
  /** Ascending. */
  readonly epochs: readonly EpochReach[];
}

/** The input of one activity: some consecutive offsets of one partition. */
export interface VerifySlice extends Pick<
  VerifyPlan,
  'topic' | 'topicId' | 'log' | 'contract' | 'table' | 'hasDeadLetters' | 'by' | 'content'
> {
  readonly range: PartitionPlan;
  /** What was found in the partition before. */
  readonly before: Tally;
}

/** What a slice came to, and the progress of one that is under way. */
export interface SliceProgress {
  readonly v: 1;
  /** What lies below was compared. */
  readonly next: number;
  /** Of the partition so far. */
  readonly tally: Tally;
}
