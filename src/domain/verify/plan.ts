import type { PlannedContract } from '../table/planned-contract.js';
import type { LogDecision } from '../log/log.js';
import type { TableName } from '../table/table-name.js';
import type { ContentPlan } from './content-plan.js';
import type { EpochReach } from './epochs.js';
import type { Tally } from './tally.js';

/** What to compare, determined once at the start. Offsets are numbers here, because Kafka's stay far below 2^53. */
export interface VerifyPlan {
  readonly topic: string;
  /** A topic that was recreated under the same name has another id. */
  readonly topicId: string;
  /** Which logs' rows count. Missing in older states. */
  readonly log?: LogDecision | undefined;
  readonly groupId: string;
  /** Missing for `stream_events`. */
  readonly contract?: PlannedContract | undefined;
  readonly table: TableName;
  readonly hasDeadLetters: boolean;
  /** `counts`: rows have no lineage, so only their number can be compared. */
  readonly by: 'offsets' | 'counts';
  /** Missing if only offsets are compared. */
  readonly content?: ContentPlan | undefined;
  /** The table keeps every row as it was inserted. A missing row is lost, and was not merged or expired. */
  readonly keepsRows: boolean;
  /** Why the table may lose rows that it has acknowledged. Missing if it keeps them, and in earlier plans. */
  readonly losesRows?: string | undefined;
  /** For `counts`: number of all rows of the table. */
  readonly tableRows: number;
  readonly rowsBeforeLog: number;
  /** Partitions ascending. */
  readonly partitions: readonly PartitionPlan[];
  /** Reasons why the result can't be certain. */
  readonly doubts: readonly string[];
  /** Offsets that should be compared but come after open transactions. Missing in plans made before 0.2. */
  readonly undecided?: number | undefined;
  readonly notes: readonly string[];
}

export interface PartitionPlan {
  readonly partition: number;
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  /** Offset that the group has committed. Null if there is none. */
  readonly committed: number | null;
  /** Ascending. */
  readonly epochs: readonly EpochReach[];
}

/** Input of one activity: consecutive offsets of one partition. */
export interface VerifySlice extends Pick<
  VerifyPlan,
  'topic' | 'topicId' | 'log' | 'contract' | 'table' | 'hasDeadLetters' | 'by' | 'content'
> {
  readonly range: PartitionPlan;
  /** Tally of the partition before this slice. */
  readonly before: Tally;
}

/** Result of a slice, and the progress of a running one. */
export interface SliceProgress {
  readonly v: 1;
  /** Offsets below this one have been compared. */
  readonly next: number;
  /** Tally of the partition so far. */
  readonly tally: Tally;
}
