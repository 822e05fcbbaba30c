import type { BatchPlan, HeldRanges } from '../../domain/pipeline/batch-plan.js';
import type { OffsetSpan } from '../../domain/records/offset-range.js';
import type { Divergence, LogPosition } from '../../domain/log/divergence.js';
import type { AvailableOffsets, Unavailable } from '../../domain/log/topic-offsets.js';
import { truncated } from '../../domain/planning/new-holds.js';
import type {
  DivergencesSoon,
  FetchedRecords,
  RecordSource,
} from '../../domain/ports/record-source.js';
import type { BatchAttempt } from './batch-attempt.js';

/** The part of a plan that still belongs to the log it was made from. */
export interface CheckedLog {
  /** The ranges that may be read. They end at the offset from which a log differs. */
  readonly ranges: readonly OffsetSpan[];
  /** Null if the whole plan may be read. */
  readonly held: HeldRanges | null;
  /** Partitions whose leaders could not be asked. */
  readonly unanswered: readonly Unavailable[];
}

/**
 * Asks the leaders whether the log still holds the records that were read before the planned ranges, and those that were planned
 * within them. Otherwise rows that an earlier attempt sent would be taken for rows of the records that are there now.
 */
export async function checkLog(
  plan: BatchPlan,
  {
    ranges,
    topic,
    source,
    isImpatient = false,
  }: {
    readonly ranges: readonly OffsetSpan[];
    readonly topic: AvailableOffsets;
    readonly source: RecordSource;
    /** Does not wait for leaders that are unreachable or silent. */
    readonly isImpatient?: boolean;
  },
): Promise<CheckedLog> {
  const { diverged, unanswered } = await divergencesOf(plan, topic, { source, isImpatient });
  if (diverged.size === 0) return { ranges, held: null, unanswered };
  const each = [...diverged.values()].map((divergence) => {
    const { partition } = divergence;
    const { logStart = 0, end = 0 } = topic.partitions.get(partition) ?? {};
    const range = plan.ranges.find((planned) => planned.partition === partition);
    const cursor = String(Math.max(Number(range?.first), divergence.offset));
    return truncated(divergence, { cursor, logStart: String(logStart), logEnd: String(end) });
  });
  const [{ detail } = { detail: '' }] = each;
  return {
    ranges: ranges
      .map((range) => ({ ...range, end: diverged.get(range.partition)?.offset ?? range.end }))
      .filter(({ first, end }) => first < end),
    held: { partitions: [...diverged.keys()], reason: 'TopicRewound', detail, each },
    unanswered,
  };
}

/** By partition. A log that differs before a range also differs within it. */
async function divergencesOf(
  { ranges, topic: name }: BatchPlan,
  topic: AvailableOffsets,
  { source, isImpatient }: { readonly source: RecordSource; readonly isImpatient: boolean },
): Promise<{
  readonly diverged: ReadonlyMap<number, Divergence>;
  readonly unanswered: readonly Unavailable[];
}> {
  const compare = async (positions: readonly LogPosition[]): Promise<DivergencesSoon> => {
    if (positions.length === 0) return { diverged: [], unanswered: [] };
    if (isImpatient) return source.divergencesSoon(name, positions);
    return { diverged: await source.divergences(name, positions), unanswered: [] };
  };
  const read = ranges.map(({ partition, first, leaderEpochs = [] }) => {
    return { partition, end: Number(first), leaderEpochs };
  });
  const planned = ranges.flatMap(({ partition, end, endLeaderEpoch }) => {
    // The leader that reported the end still leads, so its log has only grown.
    const isSame = topic.partitions.get(partition)?.leaderEpoch === endLeaderEpoch;
    if (endLeaderEpoch === undefined || isSame) return [];
    return [
      { partition, end: Number(end), leaderEpochs: [[endLeaderEpoch, Number(end)]] as const },
    ];
  });
  const [before, within] = await Promise.all([compare(read), compare(planned)]);
  const firsts = new Map(ranges.map(({ partition, first }) => [partition, Number(first)]));
  const inside = within.diverged.map((each) => ({
    ...each,
    offset: Math.max(each.offset, firsts.get(each.partition) ?? 0),
    isExact: true,
  }));
  const all = [...inside, ...before.diverged];
  return {
    diverged: new Map(all.map((each) => [each.partition, each])),
    unanswered: [...before.unanswered, ...within.unanswered],
  };
}

/** Throws if a fetch shows that the log was truncated after it was checked. */
export async function failWhereTruncated(
  fetched: FetchedRecords,
  attempt: BatchAttempt,
  source: RecordSource,
): Promise<void> {
  if (attempt.epochs.fits(fetched)) return;
  await failIfTruncated(fetched.partition, attempt, source);
}

/** Throws if the log was truncated. The next attempt finds out where before it reads anything. */
export async function failIfTruncated(
  partition: number,
  { plan }: BatchAttempt,
  source: RecordSource,
): Promise<void> {
  const topic = await source.availableOffsets(plan.topic);
  // Leaders of other partitions are not waited for.
  const ranges = plan.ranges.filter((range) => range.partition === partition);
  const { held } = await checkLog({ ...plan, ranges }, { ranges: [], topic, source });
  if (held === null) return;
  throw new Error(
    `${held.detail} This was noticed while a batch was being read: the next attempt finds the offset and stops before it.`,
  );
}
