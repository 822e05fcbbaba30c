import { UNAVAILABLE_KEPT, UNAVAILABLE_SHOWN, UNAVAILABLE_TOLD_MS } from '../limits.js';
import type { Unavailable } from '../log/topic-offsets.js';
import type { KnownUnavailable, PipelineState } from '../pipeline/state.js';
import type { PartitionStatus, UnavailablePartition } from '../pipeline/pipeline-status.js';

/** Most partitions that a sentence lists. Nobody would read more. */
const NAMED = 20;

/** Applies a look at some partitions. The others stay as they are. */
export function unavailableAfter(
  known: readonly KnownUnavailable[],
  look: {
    readonly atMs: number;
    readonly partitions: readonly number[];
    readonly unavailable: readonly Unavailable[];
  },
): readonly KnownUnavailable[] {
  const looked = new Set(look.partitions);
  const others = known.filter(({ partition }) => !looked.has(partition));
  const found = look.unavailable
    .filter(({ partition }) => looked.has(partition))
    .map((each): KnownUnavailable => {
      const before = known.find(({ partition }) => partition === each.partition);
      // Another worker may have noticed it later.
      const sinceMs = Math.min(each.sinceMs, before?.sinceMs ?? each.sinceMs);
      return { ...each, sinceMs, seenMs: look.atMs };
    });
  return [...others, ...found].slice(0, UNAVAILABLE_KEPT);
}

/** Leader elections take seconds, so shorter outages are not reported. */
export function isTold({ sinceMs }: Unavailable, seenMs: number): boolean {
  return seenMs - sinceMs >= UNAVAILABLE_TOLD_MS;
}

/** The unavailable partitions that are reported to people. */
export function toldUnavailable({
  unavailable = [],
}: Pick<PipelineState, 'unavailable'>): readonly KnownUnavailable[] {
  return unavailable.filter((each) => isTold(each, each.seenMs));
}

export function unavailableStatus({ why, broker, sinceMs }: Unavailable): UnavailablePartition {
  return { why, broker, since: new Date(sinceMs).toISOString() };
}

/** One sentence for each broker that does not answer, oldest first, and one for partitions without a leader. */
export function unavailableWarnings(
  partitions: readonly Pick<PartitionStatus, 'partition' | 'unavailable'>[],
): readonly string[] {
  const groups = new Map<string, { of: UnavailablePartition; partitions: number[] }>();
  for (const { partition, unavailable: of } of partitions) {
    if (of === undefined) continue;
    const name = `${of.why} ${of.broker ?? ''}`;
    const group = groups.get(name) ?? { of, partitions: [] };
    group.partitions.push(partition);
    if (of.since < group.of.since) group.of = of;
    groups.set(name, group);
  }
  const oldest = [...groups.values()].sort((a, b) => a.of.since.localeCompare(b.of.since));
  const more = oldest.length - UNAVAILABLE_SHOWN;
  return [
    ...oldest.slice(0, UNAVAILABLE_SHOWN).map((group) => sentence(group.partitions, group.of)),
    ...(more > 0 ? [`${more} more brokers don't answer for partitions that they lead.`] : []),
  ];
}

function sentence(partitions: readonly number[], of: UnavailablePartition): string {
  const names = `${partitions.length === 1 ? 'Partition' : 'Partitions'} ${listed(partitions)}`;
  const verb = partitions.length === 1 ? 'has' : 'have';
  return `${names} ${verb} not been read since ${of.since}: ${reason(of)}. All other partitions continue, and no record is lost while Kafka retains it.`;
}

/** The reason as a sentence part. */
export function reason({ why, broker }: Pick<UnavailablePartition, 'why' | 'broker'>): string {
  const leader = broker === null ? 'the leader' : `broker ${broker}, the leader,`;
  switch (why) {
    case 'leaderless':
      return 'there is no leader, because every broker that holds an up-to-date copy is down; one of them must come back';
    case 'silent':
      return `${leader} accepts requests but does not answer them`;
    case 'unreachable':
      return `${leader} can't be reached`;
    case 'refused':
      return `${leader} refuses to serve this partition`;
  }
}

/** Numbers as a list in words: `1, 4 and 7`. */
function listed(numbers: readonly number[]): string {
  const shown = numbers.slice(0, NAMED).map(String);
  const more = numbers.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  const last = shown.pop() ?? 'none';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}
