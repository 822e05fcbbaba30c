import { isOfLog, type Log, type LogDecision, ONLY_LOG } from '../log/log.js';
import type { CommittedOffset } from '../log/group-offsets.js';
import type { EpochExtent } from '../records/offset-range.js';
import { committedFor } from './commit-metadata.js';
import { readableNumber } from '../readable-units.js';

/** Evidence for the decision which rows and dead letters belong to the log that is read. */
export interface LogEvidence {
  readonly topic: string;
  /** Id of the log that is read, as rows store it. */
  readonly topicId: string;
  /** Rows and dead letters of every log with the topic's name. */
  readonly rows: readonly EpochExtent[];
  readonly letters: readonly EpochExtent[];
  /** The group's offsets in the topic. Kafka deletes them with the topic, and another cluster does not have them. */
  readonly committed: readonly CommittedOffset[];
  /** What a person answered. */
  readonly asked: 'new' | 'same' | undefined;
}

/** `open`: a person has to say which log the rows belong to. The decision then treats rows without a topic id as this log's. */
export interface LogVerdict {
  readonly kind: 'decided' | 'open';
  readonly decision: LogDecision;
  /** Rows and dead letters of other logs. */
  readonly others: readonly EpochExtent[];
  /** Rows and dead letters that don't say which log they belong to. They count as this log's. */
  readonly unknown: readonly EpochExtent[];
}

/** Decides which log the rows and dead letters with the topic's name belong to. */
export function whichLog(evidence: LogEvidence): LogVerdict {
  const choice = chosen(evidence);
  return verdict(evidence, choice ?? ONLY_LOG, choice === null ? 'open' : 'decided');
}

type Choice = Pick<LogDecision, 'choice' | 'sameAs' | 'unknownSince'>;

/** Null if only a person can decide. */
function chosen(evidence: LogEvidence): Choice | null {
  const { asked } = evidence;
  const own = extentsOf(evidence, (id) => id !== '' && id === evidence.topicId);
  const unknown = extentsOf(evidence, (id) => id === '');
  const others = extentsOf(evidence, (id) => id !== '' && id !== evidence.topicId);
  if (unknown.length + others.length === 0) return ONLY_LOG;
  const remembered = decidedBefore(evidence);
  if (asked === 'same') return { choice: 'same', sameAs: idsOf(others), unknownSince: 0 };
  if (remembered?.choice === 'new') return remembered;
  if (asked === 'new') {
    // If the group has already committed offsets of this log, Millrace wrote the rows without an id.
    const since = hasWorked(evidence) ? 0 : behindAll([...unknown, ...others]);
    return { choice: 'new', sameAs: [], unknownSince: since };
  }
  if (own.length === 0 && !idsOf(others).every((id) => remembered?.sameAs.includes(id)))
    return null;
  if (remembered !== null) return remembered;
  if (unknown.length === 0 || hasCommitted(evidence) || sharesEpoch(own, unknown)) return ONLY_LOG;
  return null;
}

/** Offsets that were committed by an earlier start carry its decision about this log in their metadata. */
function decidedBefore({ committed, topicId }: LogEvidence): Choice | null {
  for (const { offset, metadata } of committed) {
    const origin = offset === null ? null : committedFor(metadata);
    if (origin?.topicId === topicId && origin.decided !== null) return origin.decided;
  }
  return null;
}

function hasCommitted({ committed, topicId }: LogEvidence): boolean {
  return committed.some(
    ({ offset, metadata }) =>
      offset !== null && (committedFor(metadata)?.topicId ?? topicId) === topicId,
  );
}

/** Whether Millrace itself has committed offsets of this log. */
function hasWorked({ committed, topicId }: LogEvidence): boolean {
  return committed.some(
    ({ offset, metadata }) => offset !== null && committedFor(metadata)?.topicId === topicId,
  );
}

/** A log that was declared new never shares an epoch with older rows. */
function sharesEpoch(own: readonly EpochExtent[], unknown: readonly EpochExtent[]): boolean {
  const epochs = new Set(own.map(({ epoch }) => epoch));
  return unknown.some(({ epoch }) => epochs.has(epoch));
}

function verdict(
  evidence: LogEvidence,
  { choice, sameAs, unknownSince }: Choice,
  kind: LogVerdict['kind'],
): LogVerdict {
  const log: Log = { ...evidence, sameAs, unknownSince };
  const all = [...evidence.rows, ...evidence.letters];
  const others = all.filter((extent) => !isOfLog(log, extent));
  return {
    kind,
    decision: { choice, sameAs, unknownSince, firstEpoch: behindAll(others) },
    others,
    unknown: all.filter((extent) => extent.topicId === '' && isOfLog(log, extent)),
  };
}

function extentsOf(
  { rows, letters }: LogEvidence,
  isMeant: (topicId: string) => boolean,
): readonly EpochExtent[] {
  return [...rows, ...letters].filter(({ topicId }) => isMeant(topicId));
}

/** The first epoch above all of these. */
function behindAll(extents: readonly EpochExtent[]): number {
  return extents.reduce((most, { epoch }) => Math.max(most, epoch + 1), 0);
}

function idsOf(extents: readonly EpochExtent[]): readonly string[] {
  return [...new Set(extents.map(({ topicId }) => topicId))].sort();
}

/** Topic ids for a message, which lists only a few of them. Empty if none is known. */
export function listedIds(extents: readonly EpochExtent[]): string {
  const all = idsOf(extents).filter((id) => id !== '');
  const more = all.length > IDS_LISTED ? ` and ${all.length - IDS_LISTED} more` : '';
  return all.slice(0, IDS_LISTED).join(', ') + more;
}

const IDS_LISTED = 5;

/** How many rows and dead letters they contain, in words. */
export function amountOf(extents: readonly EpochExtent[]): string {
  const count = extents.reduce((sum, each) => sum + each.count, 0);
  return count === 1 ? '1 row or dead letter' : `${readableNumber(count)} rows and dead letters`;
}

/**
 * The group's offsets that belong to this log. Offsets of another log mean nothing in it. Each cluster counts leader epochs
 * on its own, so the epochs of a mirrored log say nothing about this log's leaders.
 */
export function committedIn(
  log: Pick<Log, 'topicId' | 'sameAs'>,
  committed: readonly CommittedOffset[],
): readonly CommittedOffset[] {
  return committed.map((each) => {
    const origin = committedFor(each.metadata);
    if (origin === null || origin.topicId === log.topicId) return each;
    const isMirrored = log.sameAs.includes(origin.topicId);
    return { ...each, offset: isMirrored ? each.offset : null, leaderEpoch: undefined };
  });
}
