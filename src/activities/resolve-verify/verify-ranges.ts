import type { VerifyInput } from '../../domain/verify/public-types.js';
import type { CommittedOffset } from '../../domain/log/group-offsets.js';
import type { TopicOffsets } from '../../domain/log/topic-offsets.js';
import type { OpenProducer, RecordSource } from '../../domain/ports/record-source.js';
import { decision } from '../attempt/failures.js';
import { namedOffsets } from '../resolve-pipeline/resolve-offsets.js';
import { counted, readableNumber } from '../../domain/readable-units.js';

/** The range of one partition that is compared. */
export interface VerifyRange {
  readonly partition: number;
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  readonly committed: number | null;
  /** Last stable offset. */
  readonly logEnd: number;
  /** Where the log ends, open transactions included. */
  readonly highWatermark: number;
  /** Number of offsets that should be compared but are at or after the last stable offset. */
  readonly undecided: number;
}

interface Asked extends Pick<VerifyInput, 'from' | 'until'> {
  readonly topic: string;
  readonly groupId: string;
}

interface Seen {
  readonly log: TopicOffsets;
  readonly committed: readonly CommittedOffset[];
}

const NOTES_SHOWN = 20;

/** Determines where the comparison of every partition begins and ends, with notes about it for the report. */
export async function verifyRanges(
  asked: Asked,
  seen: Seen,
  source: RecordSource,
): Promise<{ readonly ranges: readonly VerifyRange[]; readonly notes: readonly string[] }> {
  const { log } = seen;
  const committed = new Map(seen.committed.map(({ partition, offset }) => [partition, offset]));
  const hasCommitted = log.partitions.some(
    ({ partition }) => (committed.get(partition) ?? null) !== null,
  );
  const until = asked.until ?? (hasCommitted ? 'committed' : 'now');
  if (until === 'committed' && !hasCommitted) {
    throw decision(
      `group ${asked.groupId} has no offsets for topic ${asked.topic}: give another \`until\`, for example "now"`,
    );
  }
  const firsts = await fromOffsets(asked, log, source);
  const ends =
    until === 'committed'
      ? log.partitions.map(({ partition }) => committed.get(partition) ?? 0)
      : await untilOffsets({ ...asked, until }, log, source);
  const ranges = log.partitions.map((of): VerifyRange => {
    const { partition, logStart, end: logEnd, highWatermark } = of;
    const first = Math.max(firsts[partition] ?? logStart, logStart);
    const asked = Math.min(ends[partition] ?? highWatermark, highWatermark);
    const end = Math.max(first, Math.min(asked, logEnd));
    const undecided = Math.max(0, asked - Math.max(first, logEnd));
    const its = { committed: committed.get(partition) ?? null, logEnd, highWatermark };
    return { partition, first, end, ...its, undecided };
  });
  const notes = until === 'committed' ? committedNotes(ranges, asked) : [];
  return {
    ranges,
    notes: [
      ...(asked.until === undefined && until === 'now'
        ? [
            `Group ${asked.groupId} has no offsets: all records up to the end of the log were expected in the table.`,
          ]
        : []),
      ...notes,
    ],
  };
}

async function fromOffsets(
  { from = 'earliest', topic }: Asked,
  { partitions, ...log }: TopicOffsets,
  source: RecordSource,
): Promise<readonly number[]> {
  if (from === 'earliest') return partitions.map(({ logStart }) => logStart);
  if ('offsets' in from) return namedOffsets('from', from.offsets, { ...log, partitions });
  const found = await source.offsetsAt(topic, Date.parse(from.timestamp));
  return partitions.map(({ partition, end }) => found.get(partition) ?? end);
}

async function untilOffsets(
  { until, topic }: Asked & { readonly until: Exclude<VerifyInput['until'], undefined> },
  log: TopicOffsets,
  source: RecordSource,
): Promise<readonly number[]> {
  if (typeof until === 'string') return log.partitions.map(({ highWatermark }) => highWatermark);
  if ('offsets' in until) return namedOffsets('until', until.offsets, log);
  const found = await source.offsetsAt(topic, Date.parse(until.timestamp));
  // No decided record has that timestamp or a later one, but one after an open transaction may.
  return log.partitions.map(
    ({ partition, highWatermark }) => found.get(partition) ?? highWatermark,
  );
}

function committedNotes(ranges: readonly VerifyRange[], { groupId }: Asked): readonly string[] {
  const without = ranges.filter(({ committed }) => committed === null);
  const beyond = ranges.filter(({ committed, highWatermark }) => (committed ?? 0) > highWatermark);
  return [
    without.length > 0 &&
      `Group ${groupId} has no offset in ${partitionsOf(without)}: no rows were expected there.`,
    beyond.length > 0 &&
      `Group ${groupId} has committed offsets beyond the end of the log in ${partitionsOf(beyond)}: they belong to another log, or this log was truncated.`,
  ].filter((note) => note !== false);
}

function partitionsOf(ranges: readonly VerifyRange[]): string {
  const names = ranges.map(({ partition }) => partition);
  const shown = names.slice(0, 20).join(', ');
  const more = names.length > 20 ? ` and ${names.length - 20} more` : '';
  return `partition${names.length > 1 ? 's' : ''} ${shown}${more}`;
}

/** One note for each partition with an open transaction: which records can't be judged, why, and whether they were asked for. */
export function undecidedNotes(
  open: readonly VerifyRange[],
  producers: ReadonlyMap<number, OpenProducer>,
): readonly string[] {
  const notes = open.slice(0, NOTES_SHOWN).map((range) => {
    const { partition, logEnd, highWatermark, undecided } = range;
    const of = producers.get(partition);
    const by = of?.firstOffset === logEnd ? ` by producer ${of.producerId}` : '';
    const asked =
      undecided === 0
        ? 'They are beyond the end of the comparison'
        : `${readableNumber(undecided)} of them should have been compared, but can't be judged`;
    return `Partition ${partition}: a transaction${by} is open from offset ${logEnd} on, so the ${readableNumber(highWatermark - logEnd)} records from there to the end of the log at ${highWatermark} can't be read until it ends. ${asked}.`;
  });
  const more = open.length - notes.length;
  return [
    ...notes,
    ...(more > 0
      ? [
          `${counted(more, 'more partition has an open transaction', 'more partitions have open transactions')}.`,
        ]
      : []),
  ];
}
