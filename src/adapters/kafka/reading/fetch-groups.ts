import { type Address, formatAddress } from '../protocol/address.js';
import type { PartitionFetch } from '../protocol/fetch.js';
import { ANSWERS_HELD } from '../protocol/limits.js';
import type { Leaders } from '../client/topic-client.js';
import type { FetchSizes } from './fetch-sizes.js';
import type { FetchPlace, ReadReplicas } from './read-replicas.js';
import type { RangeProgress } from './range-progress.js';

/** What one request asks of one broker. */
export interface FetchGroup {
  readonly address: Address;
  readonly ranges: readonly RangeProgress[];
  /** The partitions of the ranges, in the same order. */
  readonly partitions: readonly PartitionFetch[];
  /** The ranges whose partitions the broker does not lead. */
  readonly followed: ReadonlySet<RangeProgress>;
  readonly maxBytes: number;
  readonly rack: string;
}

export interface Grouping {
  readonly leaders: Leaders;
  readonly replicas: ReadReplicas;
  readonly sizes: FetchSizes;
  readonly fetchBytes: number;
}

interface Draft {
  readonly address: Address;
  readonly ranges: RangeProgress[];
  readonly partitions: PartitionFetch[];
  readonly followed: Set<RangeProgress>;
  expectedBytes: number;
}

/**
 * Decides which ranges to fetch now, by broker. A broker fills the partitions of a request in their order until its limit is
 * reached, so each request lists them in the order in which they are needed. Ranges that are complete are not requested again, so
 * the first one always makes progress. Consumers of endless partitions rotate the order, but here that would fetch first what is
 * needed last.
 */
export function groupByBroker(
  ranges: readonly RangeProgress[],
  grouping: Grouping,
): { readonly groups: readonly FetchGroup[]; readonly leaderless: readonly RangeProgress[] } {
  const { leaders, replicas, fetchBytes } = grouping;
  const drafts = new Map<string, Draft>();
  const leaderless: RangeProgress[] = [];
  const partitions = new Set<number>();
  let readyBytes = 0;
  for (const range of ranges) {
    readyBytes += range.readyBytes;
    // The caller has enough work for a while before it needs this range.
    if (readyBytes >= fetchBytes / 2) break;
    const { partition, isToBeAsked } = range;
    if (!isToBeAsked || partitions.has(partition)) continue;
    partitions.add(partition);
    const place = replicas.placeOf(partition, leaders);
    if (place === null) leaderless.push(range);
    else add(drafts, range, { ...grouping, ...place });
  }
  // Keeps the answers of many brokers together no larger than those of a few.
  const maxBytes = Math.min(fetchBytes, Math.floor((ANSWERS_HELD * fetchBytes) / drafts.size));
  const groups = [...drafts.values()].map((draft) => {
    const asked = draft.partitions.map(({ partition }) => partition);
    return { ...toGroup(draft, maxBytes), rack: replicas.rackFor(asked) };
  });
  return { groups, leaderless };
}

function add(
  drafts: Map<string, Draft>,
  range: RangeProgress,
  { address, leaderEpoch, isFollower, sizes, fetchBytes }: FetchPlace & Grouping,
): void {
  const name = formatAddress(address);
  const draft = drafts.get(name) ?? emptyDraft(address);
  drafts.set(name, draft);
  // More would only come with the next request.
  if (draft.expectedBytes >= fetchBytes) return;
  const { partition, next: offset, end } = range;
  const offsets = end - offset;
  const maxBytes = sizes.forOffsets(partition, offsets);
  draft.expectedBytes += sizes.expected(partition, offsets);
  draft.ranges.push(range);
  if (isFollower) draft.followed.add(range);
  draft.partitions.push({ partition, offset, maxBytes, leaderEpoch });
}

function emptyDraft(address: Address): Draft {
  return { address, ranges: [], partitions: [], followed: new Set(), expectedBytes: 0 };
}

function toGroup(draft: Draft, bound: number): Omit<FetchGroup, 'rack'> {
  const wanted = draft.partitions.reduce((sum, { maxBytes }) => sum + maxBytes, 0);
  return { ...draft, maxBytes: Math.min(bound, wanted) };
}
