import type { Block } from '../../domain/blocks/block.js';
import type {
  BatchOutcome,
  BatchPlan,
  HeldRanges,
  RangeDone,
} from '../../domain/pipeline/batch-plan.js';
import type { PlannedRange } from '../../domain/records/offset-range.js';
import { createProgress } from '../../domain/planning/progress.js';
import type { NewCut } from '../../domain/insert-failures/re-split.js';
import { type EpochWatch, leaderEpochOf } from './epoch-watch.js';
import type { AvailableOffsets, Unavailable } from '../../domain/log/topic-offsets.js';
import type { Target } from '../../domain/table/target.js';
import type { OffsetToCommit } from '../../domain/log/group-offsets.js';
import { createTally } from './batch-tally.js';
import type { Phases } from './phases.js';
import { topicNews } from './topic-news.js';
import type { WrittenBlock } from './write-block.js';

/** Records what one attempt of a batch has done, and builds its result for the workflow. */
export interface BatchReport {
  decided(block: Block, written: WrittenBlock): void;
  sawOldest(timestampMs: number): void;
  warn(warning: string): void;
  /** Warns that Kafka did not accept the offsets of what is done. */
  notCommitted(warning: string): void;
  /** Takes the latest offsets of the topic. */
  topicIs(found: AvailableOffsets): void;
  /** Takes the table as it is now; undefined if it was not described again. */
  tableIs(found: Target | undefined): void;
  /** The position of each partition: the offsets that may be committed. */
  ends(): readonly OffsetToCommit[];
  done(): BatchOutcome;
  recut(cut: NewCut): BatchOutcome;
  /** `unavailable` comes in addition to the partitions that the topic's offsets lack. */
  partial(unavailable: readonly Unavailable[]): BatchOutcome;
  held(held: HeldRanges): BatchOutcome;
}

export interface ReportedAttempt {
  readonly number: number;
  readonly phases: Phases;
  readonly epochs: EpochWatch;
  /** When `topic` was read, in milliseconds since 1970. */
  readonly lookedAtMs: number;
  /** The table's replicated id, if the plan does not have it. */
  readonly replicatedId?: string | undefined;
}

export function createBatchReport(
  plan: BatchPlan,
  topic: AvailableOffsets,
  attempt: ReportedAttempt,
): BatchReport {
  const progress = createProgress(plan.ranges);
  const tally = createTally();
  const warnings: string[] = [];
  let foundTarget: Target | undefined;
  let uncommitted: readonly number[] = [];
  const { epochs, number, phases } = attempt;
  let seen = topic;
  const done = () =>
    progress.done(topic.partitions).map((range) => withLeaderEpochs(range, epochs, topic));
  const rest = () => progress.rest().map((range) => withEpochsBefore(range, epochs));
  const outcome = () => ({
    done: done(),
    stats: { ...tally.counts(), attempt: number, phases: phases.result() },
    lookedAtMs: attempt.lookedAtMs,
    warnings,
    replicatedId: attempt.replicatedId,
    ...(foundTarget && { foundTarget }),
    ...(uncommitted.length > 0 && { uncommitted }),
    ...topicNews(plan, seen),
  });

  return {
    decided(block, written) {
      progress.decided({ ...block, deadLettersIn: tally.add(block, written) });
      if (written.repaired > 0) warnings.push(repairWarning(written));
    },
    sawOldest: (timestampMs) => {
      tally.sawOldest(timestampMs);
    },
    warn: (warning) => void warnings.push(warning),
    notCommitted(warning) {
      warnings.push(warning);
      uncommitted = done().map(({ partition }) => partition);
    },
    topicIs: (found) => {
      seen = found;
    },
    tableIs: (found) => {
      foundTarget = found ?? foundTarget;
    },
    ends: () => done().map(toCommit),
    done: () => ({ kind: 'done', ...outcome() }),
    partial: (more) => ({
      kind: 'partial',
      ...outcome(),
      unavailable: withUnavailable(seen, more),
      rest: rest(),
    }),
    recut: (cut) => ({ kind: 'recut', ...outcome(), rest: rest(), ...cut }),
    held: (held) => ({ kind: 'held', ...outcome(), rest: rest(), held }),
  };
}

function withUnavailable(
  { unavailable }: AvailableOffsets,
  more: readonly Unavailable[],
): readonly Unavailable[] {
  const isAmong = (each: Unavailable) => more.some((one) => one.partition === each.partition);
  return [...unavailable.filter((each) => !isAmong(each)), ...more];
}

function toCommit({ partition, end, leaderEpochs = [] }: RangeDone): OffsetToCommit {
  return { partition, offset: Number(end), leaderEpoch: leaderEpochOf(leaderEpochs) };
}

function withEpochsBefore(range: PlannedRange, epochs: EpochWatch): PlannedRange {
  return { ...range, leaderEpochs: epochs.below(range.partition, Number(range.first)) };
}

function withLeaderEpochs(
  range: RangeDone,
  epochs: EpochWatch,
  topic: AvailableOffsets,
): RangeDone {
  const logEndLeaderEpoch = topic.partitions.get(range.partition)?.leaderEpoch;
  return {
    ...range,
    leaderEpochs: epochs.below(range.partition, Number(range.end)),
    ...(logEndLeaderEpoch !== undefined && { logEndLeaderEpoch }),
  };
}

function repairWarning({ repaired, doubtfulViews }: WrittenBlock): string {
  const views =
    doubtfulViews.length > 0
      ? `; ${doubtfulViews.join(', ')} may contain them twice: compare the table with them`
      : '';
  return `ClickHouse lost ${repaired} rows that it had acknowledged; they were sent again${views}`;
}
